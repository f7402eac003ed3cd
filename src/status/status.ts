/** What a subscriber is told of one domain. JSON only; secrets never enter. Phases, condition types and reasons are stable (docs/status.md). */
import type { DeviceModel } from '../device-model/model.js';
import type { AnchorFacts } from '../machines/domain/context.js';
import type { Problem } from '../machines/domain/problem.js';
import type { DomainEnd } from '../machines/domain/ends.js';
import type { Rung, RunState } from '../machines/observations.js';

export const phases = [
  'observing',
  'pending',
  'device-model-ready',
  'booting',
  'running',
  'halting',
  'halted',
  'backoff',
  'failed',
  'gone',
] as const;

/** The public phase of a domain. */
export type Phase = (typeof phases)[number];

export type ConditionType =
  /** Everything is as the document asks, or its restart policy is content with how the run ended. */
  | 'AsDesired'
  /** The guest runs and its readiness probe held. */
  | 'Ready'
  /** The anchor process lives. Unknown is not dead. */
  | 'AnchorPresent'
  /** Something is wrong that the engine works around or waits for. */
  | 'Degraded'
  /** A change waits for the next start (`onChange: defer`). */
  | 'RestartRequired'
  /** Runs end in failure one after the other; absent otherwise. */
  | 'CrashLoop'
  /** Only in what `readState` tells, and only False: no engine watches the domain, so its status is what was known last. */
  | 'Supervised';

export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase or a stable error code; for machines. */
  readonly reason: string;
  readonly message: string;
  /** When `status` or `reason` last changed: ISO 8601. */
  readonly since: string;
}

/** What the planner decided, once it has. */
export interface PlacementStatus {
  readonly hypervisor: string;
  /** Why this hypervisor. */
  readonly why: string;
  readonly accelerator: string;
  /** Guest memory and overhead, bytes. */
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly deviceModel: DeviceModel;
}

export interface DomainStatus {
  readonly name: string;
  readonly phase: Phase;
  /** Path inside the machine, such as `anchored.running.healthy`. */
  readonly state: string;
  readonly conditions: readonly Condition[];
  readonly desired: { readonly power: 'running' | 'suspended' | 'paused' | 'halted'; readonly removed: boolean };
  /** Generation of the document, and the one that the anchor satisfies. */
  readonly generation: number;
  readonly observedGeneration: number;
  /** Starts so far. */
  readonly incarnation: number;
  /** Failed runs since the last stable one. */
  readonly failures: number;
  /** Resets of the guest in this incarnation. */
  readonly resets: number;
  readonly anchor: AnchorFacts | null;
  readonly runState: RunState | null;
  /** The rung of the halting ladder that is being climbed. */
  readonly rung: Rung | null;
  readonly problem: Problem | null;
  /** How the run before ended. */
  readonly lastEnd: DomainEnd | null;
  readonly placement: PlacementStatus | null;
  readonly stateDirectory: string;
  readonly updatedAt: string;
}
