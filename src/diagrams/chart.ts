/**
 * The chart model: what a picture needs to know of a machine, and nothing of xstate or of any drawing.
 * Every renderer reads this; only `to-chart.ts` and `read-*.ts` know how xstate keeps it.
 */

/** What kind of state it is, in xstate's words. */
export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'history';

/** Why a transition is taken; the pictures give each a colour, a stroke and a sign. */
export type TransitionKind = 'event' | 'done' | 'error' | 'timeout' | 'always';

/** An actor that runs for as long as its state is active. */
export interface ChartInvoke {
  /** The id given in the machine; absent where xstate made one up. */
  readonly id?: string;
  readonly src: string;
}

/** One state. Ids are paths that start with the machine's id: `domain.running.healthy`. */
export interface ChartState {
  readonly id: string;
  readonly name: string;
  readonly kind: StateKind;
  /** Absent for the root alone. */
  readonly parent?: string;
  readonly children: readonly string[];
  /** Where one is after entering: the initial states, or the default targets of a history state. */
  readonly initial: readonly string[];
  readonly history?: 'shallow' | 'deep';
  readonly description?: string;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly ChartInvoke[];
  /** Names of the inner states that an overview leaves out. */
  readonly folded: readonly string[];
}

/** One transition as the machine declares it. */
export interface ChartTransition {
  /** `<source>:<event>:<index among the source's transitions for that event>`. */
  readonly id: string;
  readonly source: string;
  /** Empty for a transition that only acts. */
  readonly targets: readonly string[];
  readonly kind: TransitionKind;
  /** xstate's event descriptor; empty for an eventless transition. */
  readonly event: string;
  /** What a reader is told instead: `✓ launch`, `after bootDeadline`. */
  readonly label: string;
  readonly guard?: string;
  /** The unguarded last candidate after guarded ones. */
  readonly otherwise: boolean;
  readonly actions: readonly string[];
  /** Leaves and enters the source again even when the target lies inside it. */
  readonly reenter: boolean;
}

/** A whole machine. States are in document order, parents before children; `states[0]` is the root. */
export interface Chart {
  readonly id: string;
  readonly description?: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}
