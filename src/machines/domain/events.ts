import type { Observation, Rung, RunState } from '../observations.js';
import type { AnchorFacts, DesiredDomain } from './context.js';
import type { Finding } from './finding.js';
import type { Problem } from './problem.js';
import type { DomainEnd } from './ends.js';
import type { MemoryChange } from './memory.js';

/** An observation bound to the run it was made in; one of another incarnation is dropped. */
export type DomainObservation = Observation & { readonly incarnation: number };

export type DomainEvent =
  /** The document changed, or is gone (`desired.removed`). */
  | { readonly type: 'desired.changed'; readonly desired: DesiredDomain }
  /** Somebody asks to try again now. */
  | { readonly type: 'retry' }
  /** The effect under way waits for something, and says for what. */
  | { readonly type: 'effect.waiting'; readonly problem: Problem }
  | DomainObservation;

/** Which domain an effect acts for. Effects find the rest (document, recipe, session) by this key. */
export interface EffectInput {
  readonly name: string;
  readonly incarnation: number;
}

/** What a call to an anchor acts on. The anchor is null where its launch was cut short: whoever carries the domain's marker is meant. */
export interface AnchorInput extends EffectInput {
  readonly anchor: AnchorFacts | null;
}

export interface PlanFacts {
  readonly anchorKey: string;
  readonly generation: number;
  readonly ladder: readonly Rung[];
}

/** What each effect gives back. The engine provides them; here they are types. */
export interface DomainEffects {
  readonly observe: { input: EffectInput; output: Finding };
  readonly plan: { input: EffectInput; output: PlanFacts };
  readonly admit: { input: EffectInput; output: undefined };
  readonly reserve: { input: EffectInput; output: undefined };
  readonly prepare: { input: EffectInput; output: undefined };
  readonly release: { input: EffectInput; output: undefined };
  readonly launch: { input: EffectInput & { readonly failures: number; readonly lastEnd: DomainEnd | null }; output: AnchorFacts };
  readonly connect: { input: AnchorInput; output: RunState };
  /** These, and `pause`, `resume` and `suspend`, answer with the run state that was seen afterwards. */
  readonly boot: { input: EffectInput; output: RunState };
  readonly probe: { input: EffectInput; output: undefined };
  readonly pause: { input: EffectInput; output: RunState };
  readonly resume: { input: EffectInput; output: RunState };
  /** Has the guest put itself to sleep, and answers once it does. Fails where it will not; a retryable failure says that nothing of the guest was disturbed. */
  readonly suspend: { input: EffectInput; output: RunState };
  /** What the document would change of the guest's memory, and of what its domain counts for. Changes nothing. */
  readonly weigh: { input: EffectInput; output: MemoryChange };
  /**
   * From now on the domain counts for so many bytes, with overhead, and that goes on record. Where it cannot, `unrecorded` says whether it
   * counts all the same. What is not answered has happened, or comes before whatever is counted later.
   */
  readonly count: { input: AnchorInput & { readonly bytes: number | null; readonly unrecorded: 'refused' | 'counts' }; output: undefined };
  /** Asks the guest to have so many bytes, and answers with those that it holds afterwards. */
  readonly resize: { input: EffectInput & { readonly bytes: number | null }; output: number };
  /** Puts on record why the run is being ended: an engine that comes after this one goes on with that. */
  readonly note: { input: EffectInput & { readonly end: DomainEnd | null }; output: undefined };
  /**
   * Asks again `again` milliseconds after each answer, or none: whoever is asked may not be there yet, or may be hindered. Fails where asking
   * again would not help.
   */
  readonly ask: { input: AnchorInput & { readonly again: number }; output: undefined };
  /** Presses again every `again` milliseconds: a press before the guest listens to its button is lost, and nobody tells. */
  readonly press: { input: AnchorInput & { readonly again: number }; output: undefined };
  readonly quit: { input: AnchorInput; output: undefined };
  readonly terminate: { input: AnchorInput; output: undefined };
  readonly kill: { input: AnchorInput; output: undefined };
  /** The directory of the evidence bundle and the last words of the anchor's log. */
  readonly capture: { input: EffectInput & { readonly end: DomainEnd | null }; output: { readonly evidence: string | null; readonly lastWords: string } };
  readonly reap: { input: AnchorInput & { readonly end: DomainEnd | null; readonly failures: number; readonly removed: boolean }; output: undefined };
}
