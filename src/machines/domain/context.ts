/** The facts that a domain machine carries. JSON only: no handles, no secrets, no documents. */
import type { AnchorExit, Rung, RunState } from '../observations.js';
import type { DomainEnd, RestartPolicy } from './ends.js';
import type { MemoryChange } from './memory.js';
import type { Problem } from './problem.js';

/** `suspended`: the guest has put itself to sleep; it stays in memory, and wakes where it was. */
export type Power = 'running' | 'suspended' | 'paused' | 'halted';

/** Milliseconds. Every wait of the machine takes its deadline from here. */
export interface DomainDeadlines {
  readonly prepare: number;
  readonly launch: number;
  readonly connect: number;
  readonly boot: number;
  readonly ready: number;
  readonly suspend: number;
  readonly ask: number;
  readonly press: number;
  readonly quit: number;
  readonly terminate: number;
  readonly kill: number;
}

/** Desired: what the document says, as far as the machine decides by it. */
export interface DesiredDomain {
  readonly power: Power;
  /** No document names the domain any more: halt it and forget it. */
  readonly removed: boolean;
  readonly generation: number;
  /** Digest of all that the anchor was built from: another key needs another anchor. */
  readonly anchorKey: string;
  readonly onChange: 'restart' | 'defer';
  /** Bytes that the guest shall have now, of those that its anchor was built for. */
  readonly memory: number;
  readonly restart: {
    readonly policy: RestartPolicy;
    /** Milliseconds. */
    readonly backoff: { readonly initial: number; readonly max: number; readonly factor: number };
    /** A run of this many milliseconds forgives earlier failures. */
    readonly stableAfter: number;
  };
  /** What a guest gets whose liveness checks fail. */
  readonly whenUnresponsive: 'report' | 'restart';
  readonly deadlines: DomainDeadlines;
}

/** Observed: the anchor process as it was identified. */
export interface AnchorFacts {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
  readonly executable: string;
}

export interface DomainContext {
  readonly name: string;
  readonly desired: DesiredDomain;
  /** Null while no anchor is known to live. */
  readonly anchor: AnchorFacts | null;
  /** What the living anchor was built from. */
  readonly built: { readonly anchorKey: string; readonly generation: number } | null;
  readonly runState: RunState | null;
  /** The run state was seen since the effect under way was asked: what is seen is newer than what it will answer. */
  readonly seenSinceAsked: boolean;
  /** Bytes that the guest may have now; null where nobody can change them under it. */
  readonly memory: number | null;
  /** It was seen since the change under way was asked for: likewise. */
  readonly memorySeen: boolean;
  /** The change of memory under way, or the last one, which a document that comes meanwhile does not alter; null before the first. */
  readonly memoryChange: MemoryChange | null;
  /** What the domain counts for is what its guest has, as far as it gives it back: no change of it was cut short, by this engine or one before it. */
  readonly reckoned: boolean;
  readonly incarnation: number;
  /** Failed runs since the last stable one. */
  readonly failures: number;
  readonly resets: number;
  readonly ladder: readonly Rung[];
  /** How often the guest was woken on the ladder, to hear it. */
  readonly wakings: number;
  /** The rung being climbed. */
  readonly rung: Rung | null;
  /** The end under way: the first cause seen of this run. */
  readonly end: DomainEnd | null;
  /** The run is being ended, by this engine or one before it: there is no way back, whatever the document says meanwhile. */
  readonly ending: boolean;
  /** The end of the run before. */
  readonly lastEnd: DomainEnd | null;
  /** Set once the anchor process is confirmed gone. */
  readonly exit: AnchorExit | null;
  /** `silent`: it does not answer in time, the anchor may be well; `lost`: it ended, the anchor may be well. */
  readonly channel: 'none' | 'open' | 'silent' | 'lost';
  /** Why the guest counts as hung; null while its liveness checks hold, or none are made. */
  readonly unresponsive: string | null;
  readonly problem: Problem | null;
}

/** What a step of the machine changes of its facts. */
export type Changes = Partial<DomainContext>;

export interface DomainInput {
  readonly name: string;
  readonly desired: DesiredDomain;
}

export function initialContext({ name, desired }: DomainInput): DomainContext {
  return {
    name,
    desired,
    anchor: null,
    built: null,
    runState: null,
    seenSinceAsked: false,
    memory: null,
    memorySeen: false,
    memoryChange: null,
    reckoned: true,
    incarnation: 0,
    failures: 0,
    resets: 0,
    ladder: [],
    wakings: 0,
    rung: null,
    end: null,
    ending: false,
    lastEnd: null,
    exit: null,
    channel: 'none',
    unresponsive: null,
    problem: null,
  };
}
