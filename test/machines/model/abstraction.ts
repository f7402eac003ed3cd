/**
 * The machine's facts without what no decision depends on: counters and words are cut down, a generation is the present one or not, and
 * causes of one outcome are one. So the machine has finitely many states, however often documents change and engines crash.
 */
import type { DomainContext } from '../../../src/machines/domain/context.js';
import type { DomainEnd, EndCause } from '../../../src/machines/domain/ends.js';
import { outcomeOf } from '../../../src/machines/domain/ends.js';
import { endOf, someAnchor } from '../support/documents.js';

export const current = 1;
export const outdated = 0;

const representatives = { desired: 'desired-halt', completed: 'guest-power-off', failed: 'vmm-gone' } as const;

/** The cause that stands for all of its outcome. */
export const standIn = (cause: EndCause): EndCause => representatives[outcomeOf(cause)];

export function abstracted(context: DomainContext): DomainContext {
  const { built, desired, end, exit, lastEnd, problem } = context;
  const generation = (number: number): number => (number === desired.generation ? current : outdated);
  const words = problem !== null && end?.message.startsWith(problem.message) === true ? 'problem' : 'end';
  const short = (one: DomainEnd, message: string): DomainEnd =>
    endOf({ cause: standIn(one.cause), message, generation: generation(one.generation), evidence: one.evidence === null ? null : 'kept' });
  return {
    ...context,
    desired: { ...desired, generation: current },
    anchor: context.anchor === null ? null : someAnchor,
    built: built === null ? null : { ...built, generation: generation(built.generation) },
    incarnation: 1,
    failures: Math.min(context.failures, 1),
    resets: 0,
    rung: context.rung === null ? null : 'kill',
    end: end === null ? null : short(end, words),
    // The end of a former generation decides nothing: it is as none.
    lastEnd: lastEnd === null || lastEnd.generation !== desired.generation ? null : { ...short(lastEnd, 'end'), evidence: null },
    exit: exit === null ? null : { code: null, signal: null },
    problem: problem === null ? null : { reason: 'REASON', message: 'problem', retryable: problem.retryable },
  };
}
