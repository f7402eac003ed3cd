import { spawn } from 'node:child_process';
import { WindlassError } from '../errors.js';
import type { ExitFacts, LaunchRequest } from './ports/processes.js';
import { encodeLine, lineReader, type SpawnerReport } from './spawner-messages.js';
import { ownScript } from './own-script.js';

/** How long a spawner process may take to end by itself after its input was closed, in milliseconds. */
const farewell = 1_000;

export interface SpawnedChild {
  readonly pid: number;
  readonly startTime: string;
  readonly executable: string;
  /** `lost`: the spawner process died first, so nobody will be told how the child ends. */
  readonly exited: Promise<ExitFacts | 'lost'>;
}

/** The engine's end of a spawner process. */
export interface SpawnerClient {
  readonly pid: number;
  readonly alive: boolean;
  /** Rejects as `startDetached` does, and with LAUNCH_UNCERTAIN when the spawner died with the order in its hands. */
  launch(request: LaunchRequest): Promise<SpawnedChild>;
  /** Resolves when the spawner process is gone; its children live on. */
  close(): Promise<void>;
}

interface Order {
  started(child: SpawnedChild): void;
  refused(error: WindlassError): void;
  exited(facts: ExitFacts | 'lost'): void;
}

/** Resolves when the process takes orders; rejects with SPAWNER_FAILED when it ends before. */
export function startSpawner(): Promise<SpawnerClient> {
  const child = spawn(process.execPath, [...ownScript('spawner-process'), String(process.pid)], {
    // A session of its own: Ctrl-C at the engine's terminal must not end it before the engine has said goodbye.
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const orders = new Map<number, Order>();
  let alive = true;
  let lastId = 0;
  let ready: (client: SpawnerClient) => void;
  let failed: (error: WindlassError) => void;
  const greeting = new Promise<SpawnerClient>((resolve, reject) => {
    ready = resolve;
    failed = reject;
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });

  /** The loop is held while something is awaited from the spawner: the end of a child, too. */
  function holdLoop(): void {
    const held = orders.size > 0;
    for (const handle of [child, child.stdin, child.stdout] as readonly { ref?: () => unknown; unref?: () => unknown }[]) {
      if (held) handle.ref?.();
      else handle.unref?.();
    }
  }

  function finish(id: number): Order | undefined {
    const order = orders.get(id);
    orders.delete(id);
    if (orders.size === 0) holdLoop();
    return order;
  }

  function take(report: SpawnerReport): void {
    switch (report.type) {
      case 'ready':
        holdLoop();
        ready(client);
        break;
      case 'started': {
        const order = orders.get(report.id);
        if (order === undefined) break;
        const exited = new Promise<ExitFacts | 'lost'>((resolve) => {
          order.exited = resolve;
        });
        order.started({ pid: report.pid, startTime: report.startTime, executable: report.executable, exited });
        break;
      }
      case 'refused':
        finish(report.id)?.refused(new WindlassError(report.code, report.message, { retryable: report.retryable }));
        break;
      case 'exited':
        finish(report.id)?.exited({ code: report.code, signal: report.signal });
        break;
    }
  }

  void ended.then(() => {
    alive = false;
    failed(new WindlassError('SPAWNER_FAILED', 'the spawner process ended before it was ready', { retryable: true }));
    for (const order of orders.values()) {
      order.refused(new WindlassError('LAUNCH_UNCERTAIN', 'the spawner process died while it was starting this process', { retryable: true }));
      order.exited('lost');
    }
    orders.clear();
  });

  const client: SpawnerClient = {
    pid: child.pid ?? 0,
    get alive() {
      return alive;
    },
    launch: (request) =>
      new Promise((resolve, reject) => {
        const id = (lastId += 1);
        orders.set(id, { started: resolve, refused: reject, exited: () => undefined });
        holdLoop();
        child.stdin.write(encodeLine({ id, request }));
      }),
    close: async () => {
      child.stdin.end();
      const reluctant = setTimeout(() => child.kill('SIGKILL'), farewell);
      await ended;
      clearTimeout(reluctant);
    },
  };

  child.stdin.on('error', () => {
    // A broken pipe: the spawner is dying, which `ended` tells.
  });
  child.stdout.setEncoding('utf8').on('data', lineReader((line) => take(JSON.parse(line) as SpawnerReport)));
  return greeting;
}
