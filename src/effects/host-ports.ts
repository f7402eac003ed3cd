import { hostCgroups } from './cgroups.js';
import { hostClock } from './clock.js';
import { hostLocks } from './engine-lock.js';
import { hostFiles } from './files.js';
import { hostGrowingFiles } from './growing-files.js';
import { hostFacts } from './host-facts.js';
import { createLauncher, type SpawnerPolicy } from './launcher.js';
import { hostOom } from './oom-kills.js';
import { hostPciDrivers } from './pci-drivers.js';
import { hostPci } from './pci-functions.js';
import type { Ports } from './ports.js';
import type { ProcessPort } from './ports/processes.js';
import { findByArgument, identify, presence, signalProcess, usage } from './process-table.js';
import { runCommand } from './run-command.js';
import { searchOutput } from './search-output.js';
import { hostSecrets } from './secrets.js';
import { hostSockets } from './sockets.js';

export interface HostPortsOptions {
  /** Whether launches go through a small process of their own; default `auto`, by the size of this one. */
  readonly spawner?: SpawnerPolicy;
}

/** The real host. While it is open, the processes that it has launched hold Node's loop, so that their ends are not missed. */
export interface HostPorts extends Ports, AsyncDisposable {
  /** Lets go of all launched processes, which live on, and ends the spawner process. Idempotent; nothing can be launched after. */
  close(): Promise<void>;
  /** Pid of the spawner process, once there is one. */
  spawnerPid(): number | undefined;
}

/** One per engine; nothing is shared between two of them. */
export function hostPorts(options: HostPortsOptions = {}): HostPorts {
  const launcher = createLauncher(options.spawner ?? 'auto');
  const processes: ProcessPort = {
    launchDetached: (request) => launcher.launch(request),
    run: runCommand,
    searchOutput,
    identify: promised(identify),
    presence: promised(presence),
    findByArgument,
    signal: promised(signalProcess),
    usage: promised(usage),
  };
  const close = (): Promise<void> => launcher.close();
  return {
    processes,
    files: hostFiles,
    growing: hostGrowingFiles,
    sockets: hostSockets,
    host: hostFacts,
    cgroups: hostCgroups,
    oom: hostOom,
    secrets: hostSecrets,
    pci: hostPci,
    pciDrivers: hostPciDrivers,
    clock: hostClock,
    locks: hostLocks,
    close,
    spawnerPid: () => launcher.spawnerPid(),
    [Symbol.asyncDispose]: close,
  };
}

/** What is read from /proc in one tick, under a port's signature. */
function promised<Arguments extends readonly unknown[], Result>(work: (...given: Arguments) => Result): (...given: Arguments) => Promise<Result> {
  return (...given) =>
    new Promise((resolve) => {
      resolve(work(...given));
    });
}
