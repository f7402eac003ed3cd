/**
 * A host in memory, for what no real host can show here: ten thousand domains in one process. Files are a map, processes a table; an
 * anchor "runs" until it is ended. Nothing else of the engine is replaced.
 */
import { Subject, takeUntil } from 'rxjs';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import type { AnchorSession } from '../../src/hypervisor-adapters/contract/session.js';
import type { ExitFacts, LaunchedProcess, ProcessIdentity } from '../../src/effects/ports/processes.js';
import type { Ports } from '../../src/effects/ports.js';
import { rungs, type Observation, type RunState } from '../../src/machines/observations.js';
import { WindlassError } from '../../src/errors.js';
import { memoryFiles } from './memory-files.js';

const bootId = '00000000-0000-4000-8000-000000000000';

interface Anchor {
  readonly identity: ProcessIdentity;
  readonly argument: string;
  readonly seen: Subject<Observation>;
  state: RunState;
  readonly end: (exit: ExitFacts) => void;
}

export interface SimulatedHost {
  readonly ports: Ports;
  readonly adapter: HypervisorAdapter;
  /** Anchors that live now. */
  readonly living: () => number;
  /** The most anchors that one domain ever had at one time. */
  readonly mostPerDomain: () => number;
  kill(pid: number): void;
  /** Pids of anchors that live now. */
  pids(): readonly number[];
  /** The guest of an anchor does something by itself. */
  become(pid: number, state: RunState): void;
}

export function simulatedHost(): SimulatedHost {
  const anchors = new Map<number, Anchor>();
  const perDomain = new Map<string, number>();
  let most = 0;
  let lastPid = 1000;

  const launch = (argument: string): LaunchedProcess => {
    const pid = ++lastPid;
    const identity = { pid, startTime: String(pid), bootId, executable: '/simulated/vmm' };
    const alive = (perDomain.get(argument) ?? 0) + 1;
    perDomain.set(argument, alive);
    most = Math.max(most, alive);
    let settle: (exit: ExitFacts) => void = () => undefined;
    const exited = new Promise<ExitFacts>((resolve) => (settle = resolve));
    const seen = new Subject<Observation>();
    const end = (exit: ExitFacts): void => {
      if (!anchors.delete(pid)) return;
      perDomain.set(argument, (perDomain.get(argument) ?? 1) - 1);
      seen.complete();
      settle(exit);
    };
    anchors.set(pid, { identity, argument, seen, end, state: 'prelaunch' });
    return { identity, exited };
  };
  const isThat = (identity: ProcessIdentity): boolean => anchors.get(identity.pid)?.identity.startTime === identity.startTime;
  const unserved = (what: string): Promise<never> => Promise.reject(new WindlassError('SIMULATED', `${what} is not simulated`));

  const ports: Ports = {
    processes: {
      launchDetached: ({ args }) => Promise.resolve(launch(args.join(' '))),
      run: () => unserved('run'),
      searchOutput: () => unserved('searchOutput'),
      identify: (pid) => Promise.resolve(anchors.get(pid)?.identity),
      presence: (identity) => Promise.resolve(isThat(identity) ? 'present' : 'absent'),
      findByArgument: (argument) => Promise.resolve([...anchors.values()].filter((anchor) => anchor.argument === argument).map(({ identity }) => identity)),
      signal: (identity, signal) => {
        if (!isThat(identity)) return Promise.resolve(false);
        if (signal === 'SIGKILL' || signal === 'SIGTERM') anchors.get(identity.pid)?.end({ code: null, signal });
        return Promise.resolve(true);
      },
      usage: () => Promise.resolve(undefined),
    },
    files: memoryFiles().port,
    sockets: { connect: () => unserved('connect'), terminal: () => unserved('terminal'), device: () => unserved('device'), tcpReachable: () => Promise.resolve(true) },
    host: {
      facts: () =>
        Promise.resolve({ bootId, architecture: 'x86_64', kernel: 'simulated', cpus: 64, memoryBytes: 2 ** 50, availableMemoryBytes: 2 ** 50, lockedMemoryLimit: null, uid: 0 }),
      bootId: () => Promise.resolve(bootId),
      user: () => Promise.resolve(undefined),
    },
    cgroups: {
      facts: () => Promise.resolve({ usable: false, reason: 'simulated', cure: 'none' }),
      place: () => Promise.resolve(undefined),
      find: () => Promise.resolve(undefined),
      oomKills: () => Promise.resolve(undefined),
      kill: () => Promise.resolve(),
      remove: () => Promise.resolve(true),
    },
    oom: { count: () => undefined, hasKilled: () => undefined },
    secrets: { read: () => Promise.reject(new Error('the simulated host keeps no secrets')) },
    pci: { survey: () => Promise.resolve({ functions: [], unknown: [] }) },
    pciDrivers: {
      binding: () => Promise.resolve(undefined),
      setOverride: () => Promise.resolve(),
      unbind: () => Promise.resolve(),
      bind: () => Promise.resolve(),
    },
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          signal?.throwIfAborted();
          const abort = (): void => {
            clearTimeout(timer);
            reject(signal?.reason as Error);
          };
          const timer = setTimeout(() => {
            signal?.removeEventListener('abort', abort);
            resolve();
          }, milliseconds);
          signal?.addEventListener('abort', abort);
        }),
    },
    growing: {
      // Nobody reads a journal of this host.
      append: () => {
        let size = 0;
        return Promise.resolve({
          onDisk: false,
          size: () => size,
          append: (bytes) => Promise.resolve(void (size += bytes.length)),
          cut: (to) => Promise.resolve(void (size = to)),
          sync: () => Promise.resolve(),
          close: () => Promise.resolve(),
        });
      },
      read: () => Promise.resolve(undefined),
      watch: () => () => undefined,
    },
    locks: { acquire: () => Promise.resolve({ release: () => Promise.resolve() }), holder: () => Promise.resolve(undefined) },
  };

  const adapter: HypervisorAdapter = {
    name: 'process',
    probe: () =>
      Promise.resolve({
        hypervisor: 'process',
        usable: true,
        executable: '/simulated/vmm',
        acceleration: { usable: true, name: 'none', reason: 'simulated' },
        machines: [],
        devices: [],
        kernelBackEnds: [],
      }),
    plan: ({ document, layout }) => ({
      ok: true,
      plan: {
        hypervisor: 'process',
        accelerator: 'none',
        deviceModel: { machine: 'simulated', devices: [] },
        memoryBytes: document.spec.memory.size,
        cpus: 1,
        claims: [],
        ladder: rungs,
        recipe: { executable: '/simulated/vmm', args: [layout.directory], env: {}, marker: layout.directory, files: [], copies: [], requires: [], transient: [] },
      },
    }),
    compare: () => ({ live: [], restart: [] }),
    launch: ({ processes }, recipe, layout) =>
      processes.launchDetached({ executable: recipe.executable, args: recipe.args, env: {}, cwd: layout.directory, log: layout.anchorLog }),
    usage: () => Promise.resolve(undefined),
    connect: (_, { identity }) => {
      const anchor = anchors.get(identity.pid);
      return anchor === undefined ? unserved('a dead anchor') : Promise.resolve(simulatedSession(anchor));
    },
  };

  return {
    ports,
    adapter,
    living: () => anchors.size,
    mostPerDomain: () => most,
    kill: (pid) => anchors.get(pid)?.end({ code: null, signal: 'SIGKILL' }),
    pids: () => [...anchors.keys()],
    become: (pid, state) => {
      const anchor = anchors.get(pid);
      if (anchor === undefined) return;
      anchor.state = state;
      if (state === 'shutdown') anchor.seen.next({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
      anchor.seen.next({ type: 'guest.state', state });
    },
  };
}

function simulatedSession(anchor: Anchor): AnchorSession {
  const closed = new Subject<void>();
  const { end, seen } = anchor;
  const become = (state: RunState): Promise<void> => {
    if (anchor.state === state) return Promise.resolve();
    anchor.state = state;
    seen.next({ type: 'guest.state', state });
    return Promise.resolve();
  };
  const shutDown = (): Promise<void> => {
    if (anchor.state !== 'running') return Promise.resolve();
    seen.next({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    return become('shutdown');
  };
  return {
    observations: seen.pipe(takeUntil(closed)),
    latestState: () => anchor.state,
    runState: () => Promise.resolve(anchor.state),
    release: () => (['prelaunch', 'paused', 'suspended', 'io-error'].includes(anchor.state) ? become('running') : Promise.resolve()),
    suspend: () => (anchor.state === 'running' ? become('suspended') : Promise.resolve()),
    pause: () => (anchor.state === 'running' ? become('paused') : Promise.resolve()),
    ask: shutDown,
    press: shutDown,
    quit: () => {
      end({ code: 0, signal: null });
      return Promise.resolve();
    },
    transcript: () => [],
    close: () => closed.next(),
  };
}
