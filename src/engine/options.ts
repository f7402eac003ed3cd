/** Options are parsed once, here, into a complete internal type. */
import type { Logger } from 'pino';
import { defaultStateRoot } from '../anchors/layout.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { JournalLimits } from '../status/journal.js';

export interface EngineOptions {
  /** Where state lives; one engine each. Default: `/run/hypervisor` for root, else below `$XDG_RUNTIME_DIR` or `~/.local/state`. */
  readonly stateDirectory?: string;
  /** A pino logger; silent by default. */
  readonly logger?: Logger;
  /** Hypervisors to use, in order of preference where documents say `auto`. Default: all that Windlass has. */
  readonly adapters?: readonly HypervisorAdapter[];
  /** Bytes of memory that all domains together may take. Default: the host's memory less 512 MiB, or all that Xen has but dom0's. */
  readonly memoryLimit?: number;
  /** Anchors that may be starting at one time. Default: twice the CPUs. */
  readonly starting?: number;
  /** Milliseconds that `stop({ guests: 'halt' })` may take. Default: two minutes. */
  readonly drainDeadline?: number;
  /** Events kept in memory for `events({ since })`. Default: 10 000. */
  readonly keepEvents?: number;
  /** What becomes of state that an earlier engine left and no document names: told of (the default), or halted and removed as well. */
  readonly orphans?: 'report' | 'reap';
  /** The journal of events; see `docs/status.md`. */
  readonly journal?: JournalWishes;
  /** The operating system; tests put another in its place. */
  readonly ports?: Ports;
}

export interface JournalWishes {
  /** Bytes after which a file is put aside and the next begun. Default: 8 MiB. */
  readonly fileBytes?: number;
  /** Files put aside that are kept, besides the present one. Default: 4. */
  readonly keep?: number;
  /** `ends` (the default): events that tell of the end of a run outlive a loss of power, where the state directory is on a disk at all. */
  readonly sync?: 'ends' | 'never';
}

export interface EngineSettings {
  readonly root: string;
  readonly logger: Logger;
  readonly adapters: readonly HypervisorAdapter[];
  readonly memoryLimit: number | undefined;
  readonly starting: number | undefined;
  readonly drainDeadline: number;
  readonly keepEvents: number;
  readonly orphans: 'report' | 'reap';
  readonly journal: JournalLimits;
}

export function engineSettings(options: EngineOptions, defaults: { readonly logger: Logger; readonly adapters: readonly HypervisorAdapter[]; readonly env: NodeJS.ProcessEnv; readonly uid: number }): EngineSettings {
  return {
    root: options.stateDirectory ?? defaultStateRoot(defaults.env, defaults.uid),
    logger: options.logger ?? defaults.logger,
    adapters: options.adapters ?? defaults.adapters,
    memoryLimit: options.memoryLimit,
    starting: options.starting,
    drainDeadline: options.drainDeadline ?? 120_000,
    keepEvents: options.keepEvents ?? 10_000,
    orphans: options.orphans ?? 'report',
    journal: { fileBytes: 8 * 2 ** 20, keep: 4, sync: 'ends', ...options.journal },
  };
}
