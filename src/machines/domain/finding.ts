/** What was found on the host for a domain, and how its facts begin with that. */
import type { Rung } from '../observations.js';
import type { AnchorFacts, Changes, DomainContext } from './context.js';
import type { DomainEnd } from './ends.js';
import type { Problem } from './problem.js';
import { endedBy } from './run-end.js';

export interface UnreapedRun {
  readonly anchorKey: string;
  readonly generation: number;
  /** Was its anchor ever known to live? Else its launch was cut short. */
  readonly lived: boolean;
  /** Why it was being ended, where an engine had put that on record. */
  readonly ending: DomainEnd | null;
}

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

type Built = NonNullable<DomainContext['built']>;

/** What an earlier engine built counts for the document that it satisfies, whatever its number was. */
const builtFor = ({ desired }: DomainContext, { anchorKey, generation }: Built): Built => ({
  anchorKey,
  generation: anchorKey === desired.anchorKey ? desired.generation : generation,
});

/** A living anchor was found: take it over with the counters that its record tells, and go on ending it where that had begun. */
export const adopt = (context: DomainContext, finding: Finding): Changes =>
  finding.presence !== 'present'
    ? {}
    : {
        anchor: finding.anchor,
        built: builtFor(context, finding),
        incarnation: finding.incarnation,
        failures: finding.failures,
        ladder: finding.ladder,
        reckoned: false,
        end: finding.ending,
        ending: finding.ending !== null,
        problem: null,
      };

export const rememberLastRun = (_: DomainContext, finding: Finding): Changes =>
  finding.presence === 'absent'
    ? { incarnation: finding.incarnation, failures: finding.failures, lastEnd: finding.end, problem: null }
    : {};

/** An anchor ended while no engine watched: its run is concluded like any other, with its evidence and by its restart policy. */
export function foundEnded(context: DomainContext, finding: Finding): Changes {
  if (finding.presence !== 'absent' || finding.unreaped === null) return {};
  const { anchorKey, ending, generation, lived } = finding.unreaped;
  const { end: lastEnd, failures, incarnation, why } = finding;
  const found = { ...context, incarnation, failures, lastEnd, built: builtFor(context, { anchorKey, generation }), end: ending, problem: null };
  const [cause, message] = lived
    ? (['vmm-gone', `the anchor ended while no engine watched: ${why}`] as const)
    : (['launch-interrupted', 'an earlier engine ended while it launched the anchor'] as const);
  return { ...found, ...endedBy(found, cause, message) };
}

export const unseen = (why: string): Problem => ({ reason: 'PRESENCE_UNKNOWN', message: why, retryable: true });
