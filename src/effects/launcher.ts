import { WindlassError } from '../errors.js';
import { bootId } from './boot-id.js';
import { type DetachedChild, startDetached } from './detached-child.js';
import { createGoneWatch } from './gone-watch.js';
import { inheritableDescriptors } from './inheritable-descriptors.js';
import type { LaunchedProcess, LaunchRequest } from './ports/processes.js';
import { presence } from './process-table.js';
import { type SpawnerClient, startSpawner } from './spawner-client.js';

/**
 * Resident memory from which an engine launches through the spawner process, in bytes. Measured with bench/spawn.ts on two busy cores: a
 * direct launch keeps the loop for 1.5 ms at 90 MB, 3.3 at 250, 9 at 900; through the spawner for 0.1 at any size. A lone launch has its
 * identity sooner without the detour up to about 200 MB (1.5 instead of 2.2 ms at 90 MB), and later beyond (9 instead of 2 at 900).
 */
export const spawnerThreshold = 160 * 1024 * 1024;
/** Milliseconds for which a spawner that would not start is not tried again. */
const retryAfter = 60_000;

/** `auto`: by the engine's size. The others are for tests and benchmarks. */
export type SpawnerPolicy = 'auto' | 'always' | 'never';

export interface Launcher {
  launch(request: LaunchRequest): Promise<LaunchedProcess>;
  /** Lets go of every process that was launched: they live on, and no longer hold Node's loop. Resolves when the spawner is gone. */
  close(): Promise<void>;
  /** Pid of the living spawner process. */
  spawnerPid(): number | undefined;
}

export function createLauncher(policy: SpawnerPolicy): Launcher {
  const orphans = createGoneWatch(presence);
  const children = new Set<DetachedChild>();
  let spawner: SpawnerClient | undefined;
  let starting: Promise<SpawnerClient | undefined> | undefined;
  let failedAt = -Infinity;
  let closed = false;
  /** Of whoever started this process: looked up before the first guest waits for it. */
  const foreign = inheritableDescriptors();

  async function start(): Promise<SpawnerClient | undefined> {
    try {
      spawner = await startSpawner();
      return spawner;
    } catch {
      // Launching directly is slower, never wrong.
      failedAt = performance.now();
      return undefined;
    } finally {
      starting = undefined;
    }
  }

  /** The spawner if this launch is to go through it. A launch never waits for one that is still starting, unless told to. */
  function choose(): SpawnerClient | undefined | Promise<SpawnerClient | undefined> {
    if (policy === 'never' || (policy === 'auto' && process.memoryUsage.rss() < spawnerThreshold)) return undefined;
    if (spawner?.alive === true) return spawner;
    if (starting === undefined && performance.now() - failedAt > retryAfter) starting = start();
    return policy === 'always' ? starting : undefined;
  }

  async function launchDirectly(request: LaunchRequest): Promise<LaunchedProcess> {
    const boot = bootId();
    const child = await startDetached(request, foreign);
    children.add(child);
    if (closed) child.letGo();
    const exited = child.exited.finally(() => children.delete(child));
    return { identity: { pid: child.pid, startTime: child.startTime, bootId: boot, executable: child.executable }, exited };
  }

  async function launchThrough(client: SpawnerClient, request: LaunchRequest): Promise<LaunchedProcess> {
    const boot = bootId();
    const child = await client.launch(request);
    const identity = { pid: child.pid, startTime: child.startTime, bootId: boot, executable: child.executable };
    const exited = child.exited.then(async (facts) => {
      if (facts !== 'lost') return facts;
      await (closed ? never() : orphans.gone(identity));
      return { code: null, signal: null };
    });
    return { identity, exited };
  }

  return {
    launch: async (request) => {
      if (closed) throw new WindlassError('PORTS_CLOSED', 'these ports are closed and launch nothing any more');
      const client = await choose();
      return client?.alive === true ? launchThrough(client, request) : launchDirectly(request);
    },
    close: async () => {
      closed = true;
      orphans.close();
      for (const child of children) child.letGo();
      await starting;
      await spawner?.close();
    },
    spawnerPid: () => (spawner?.alive === true ? spawner.pid : undefined),
  };
}

/** Nobody looks any more once the ports are closed. */
function never(): Promise<void> {
  return new Promise(() => undefined);
}
