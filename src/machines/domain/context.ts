/** The facts that a domain machine carries. JSON only: no handles, no secrets, no documents. */
import type { AnchorExit, Rung, RunState } from '../observations.js';
import type { DomainEnd, EndCause, RestartPolicy } from './ends.js';
import type { MemoryChange } from './memory.js';

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

export interface UnreapedRun {
  readonly anchorKey: string;
  readonly generation: number;
  /** Was its anchor ever known to live? Else its launch was cut short. */
  readonly lived: boolean;
  /** Why it was being ended, where an engine had put that on record. */
  readonly ending: DomainEnd | null;
}

/** What was found on the host for a domain. */
export type Finding =
  | {
      readonly presence: 'absent';
      readonly why: string;
      readonly incarnation: number;
      readonly failures: number;
      /** How the last run of this boot ended that was reaped, where a record tells. */
      readonly end: DomainEnd | null;
      /** A run that a record tells of and that was not reaped: its anchor is gone, its leftovers are not. */
      readonly unreaped: UnreapedRun | null;
    }
  | {
      readonly presence: 'present';
      /** Null where the hypervisor runs the domain, and which process was its anchor is not known. */
      readonly anchor: AnchorFacts | null;
      readonly anchorKey: string;
      readonly generation: number;
      readonly incarnation: number;
      readonly failures: number;
      readonly ladder: readonly Rung[];
      /** Why an earlier engine was ending it; null where none was. */
      readonly ending: DomainEnd | null;
    }
  | { readonly presence: 'unknown'; readonly why: string };

/** What stands in the way, in words for a condition. */
export interface Problem {
  /** Stable code: of a `WindlassError`, or of a wait. */
  readonly reason: string;
  readonly message: string;
  /** Can time mend it, with nothing changed by the user? */
  readonly retryable: boolean;
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

/** First cause wins: a later one is written under the first. */
export function endedBy(context: DomainContext, cause: EndCause, message: string): Pick<DomainContext, 'end'> {
  const { end } = context;
  if (end !== null) return { end: end.cause === cause ? end : { ...end, later: [...end.later, `${cause}: ${message}`].slice(-8) } };
  return {
    end: {
      cause,
      message,
      generation: context.built?.generation ?? context.desired.generation,
      incarnation: context.incarnation,
      exit: context.exit,
      rung: null,
      evidence: null,
      later: [],
    },
  };
}
