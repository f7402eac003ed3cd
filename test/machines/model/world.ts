/** The host as the checker sees it: what lives, what is held, what is on record, and what an effect is about to do. */
import type { EndCause } from '../../../src/machines/domain/ends.js';

export type Guest = 'prelaunch' | 'running' | 'suspended' | 'paused' | 'io-error' | 'shutdown' | 'guest-panicked';

export interface Anchor {
  /** Of the incarnation that the machine holds for the present one. */
  readonly mine: boolean;
  readonly key: string;
  readonly guest: Guest;
  /** Has the channel told the guest's state? */
  readonly told: boolean;
  /** Bytes that the guest may have; null where nobody can change them. */
  readonly memory: number | null;
  /** Has the channel told them? */
  readonly memoryTold: boolean;
  /** Bytes that it holds: what it was given, and what it was asked for and keeps. */
  readonly held: number;
}

/** The run that the state directory tells of. */
export interface RunRecord {
  readonly key: string;
  /** Is it of the generation that is desired now? */
  readonly current: boolean;
  readonly lived: boolean;
  /** Bytes that it counts for; an engine that starts takes this as counted. */
  readonly counts: number;
  /** Why it is being ended; null while it is not, for all that was put on record. */
  readonly ending: RecordedEnd | null;
  /** Null while the run was not reaped. */
  readonly ended: RecordedEnd | null;
}

export interface RecordedEnd {
  readonly cause: EndCause;
  /** Of the generation that is desired now? */
  readonly current: boolean;
}

/** The effect that the machine's state invokes. */
export interface Working {
  readonly name: string;
  readonly progress: 'asked' | 'halfway' | 'acted' | 'settled';
  /** Key of the document when it was asked. */
  readonly key: string;
  /** What it works on is no longer what the document asks for. */
  readonly stale: boolean;
  /** What it will answer, where that was read before it answers. */
  readonly read: Guest | null;
  /** Bytes of the document that it weighs, that it counts, or that the guest holds after it was asked. */
  readonly bytes: number | null;
}

export interface World {
  /** Can memory be changed under a living guest? */
  readonly resizable: boolean;
  /** Is it told apart what guests hold, what is counted and what is on record? Else these are 0. */
  readonly counting: boolean;
  /** Do guests fall asleep and wake, by themselves or by somebody else? */
  readonly sleepy: boolean;
  readonly anchors: readonly Anchor[];
  /** The order of a process whose launch nobody waits for any more: it may still come to be. */
  readonly stray: { readonly mine: boolean; readonly key: string } | null;
  /** A reap or release that nobody waits for any more, about to give the resources back. */
  readonly lateRelease: boolean;
  /** A plan that nobody waits for any more, about to be taken for the present one. */
  readonly latePlan: string | null;
  /** The plan that a launch will use: its key, and the bytes of its guest. */
  readonly placed: string | null;
  readonly planned: number;
  /** Memory, disks, ports and devices are held for the domain. */
  readonly claims: boolean;
  /** Bytes that the engine counts the domain for, 0 without one. */
  readonly counted: number;
  /** And before the count that is under way. */
  readonly countedBefore: number;
  /** A count that nobody waits for any more, about to happen. */
  readonly lateCount: number | null;
  readonly record: RunRecord | null;
  readonly session: 'none' | 'open' | 'silent' | 'lost';
  readonly working: Working | null;
  /** Something went wrong under the present generation, so that a policy may have given it up. */
  readonly spoiled: boolean;
  /** Something went wrong with the run under way, also if under a former generation: it counts again when its document comes back. */
  readonly tainted: boolean;
}

/** As an operator has it, against every document. */
export const strangeMemory = 1;

export const emptyWorld: World = {
  resizable: false,
  counting: false,
  sleepy: false,
  anchors: [],
  stray: null,
  lateRelease: false,
  latePlan: null,
  placed: null,
  planned: 0,
  claims: false,
  counted: 0,
  countedBefore: 0,
  lateCount: null,
  record: null,
  session: 'none',
  working: null,
  spoiled: false,
  tainted: false,
};

/** Something goes wrong now. */
export const spoil = (world: World): World => (world.spoiled && world.tainted ? world : { ...world, spoiled: true, tainted: true });

/** Does an anchor live, or may one come to live, for all that the host knows? */
export const mayLive = ({ anchors, stray, working }: World): boolean =>
  anchors.length > 0 || stray !== null || (working?.name === 'launch' && working.progress === 'halfway');

export const mine = ({ anchors }: World): Anchor | undefined => anchors.find((anchor) => anchor.mine);

/** The world with a change to the machine's own anchor. */
export function withMine(world: World, change: (anchor: Anchor) => Anchor | null): World {
  const anchors = world.anchors.flatMap((anchor) => {
    const next = anchor.mine ? change(anchor) : anchor;
    return next === null ? [] : [next];
  });
  return { ...world, anchors };
}
