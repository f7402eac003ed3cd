/** What stands in the way, and how it is read from what an effect has thrown. */

/** In words for a condition. */
export interface Problem {
  /** Stable code: of a `WindlassError`, or of a wait. */
  readonly reason: string;
  readonly message: string;
  /** Can time mend it, with nothing changed by the user? */
  readonly retryable: boolean;
}

/** Anything thrown, as a problem. A `WindlassError` tells its code and whether time can mend it. */
export function problemOf(thrown: unknown): Problem {
  const facts: { code?: unknown; message?: unknown; retryable?: unknown; cure?: unknown } =
    typeof thrown === 'object' && thrown !== null ? thrown : { message: thrown };
  const message = typeof facts.message === 'string' ? facts.message : String(facts.message);
  return {
    reason: typeof facts.code === 'string' ? facts.code : 'UNEXPECTED',
    message: typeof facts.cure === 'string' ? `${message}; ${facts.cure}` : message,
    retryable: facts.retryable === true,
  };
}

/** Does the error name a field of the document? Then what that asks for is not there, whatever else is seen. */
export const namesField = (thrown: unknown): boolean => typeof thrown === 'object' && thrown !== null && 'field' in thrown && thrown.field !== undefined;

/** Does the error say that there is no guest behind the anchor, and none to come? */
export const saysThatNothingRan = (thrown: unknown): boolean => typeof thrown === 'object' && thrown !== null && 'neverRan' in thrown && thrown.neverRan === true;
