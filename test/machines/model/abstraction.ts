/**
 * The machine's facts without what no decision depends on: counters and words are cut down, a generation is the present one or not, and
 * causes of one outcome are one. So the machine has finitely many states, however often documents change and engines crash.
 */
import type { DomainContext } from '../../../src/machines/domain/context.js';
import type { DomainEnd, EndCause } from '../../../src/machines/domain/ends.js';
import { outcomeOf } from '../../../src/machines/domain/ends.js';
import { rungs } from '../../../src/machines/observations.js';
import { endOf, someAnchor } from '../support/documents.js';

export const current = 1;
export const outdated = 0;

const representatives = { desired: 'desired-halt', completed: 'guest-power-off', failed: 'vmm-gone' } as const;

/** The cause that stands for all of its outcome. */
export const standIn = (cause: EndCause): EndCause => representatives[outcomeOf(cause)];

/** States whose effect answers with a run state. */
const asking: ReadonlySet<string> = new Set([
  'anchored.adopting.connecting',
  'anchored.device-model-ready.connecting',
  'anchored.booting.releasing',
  'anchored.running.pausing',
  'anchored.running.resuming',
  'anchored.running.suspending',
  'anchored.halting.waking',
  'anchored.running.reconnecting',
]);

/** Here neither channel nor guest is asked for anything any more. */
const beyondAsking: ReadonlySet<string> = new Set(
  ['terminating', 'killing', 'unkillable', 'capturing', 'reaping', 'unconfirmed'].map((inside) => `anchored.halting.${inside}`),
);

export function abstracted(context: DomainContext, path: string): DomainContext {
  const { built, desired, end, exit, lastEnd, problem } = context;
  const generation = (number: number): number => (number === desired.generation ? current : outdated);
  const short = (one: DomainEnd): DomainEnd => endOf({ cause: standIn(one.cause), message: 'end', generation: generation(one.generation) });
  const anchored = path.startsWith('anchored.');
  const pending = path.startsWith('pending.');
  return {
    ...context,
    desired: { ...desired, generation: current },
    anchor: context.anchor === null ? null : someAnchor,
    built: built === null ? null : { ...built, generation: generation(built.generation) },
    incarnation: 1,
    // How long a rest takes, not whether.
    failures: 0,
    resets: 0,
    ladder: rungs,
    rung: null,
    wakings: beyondAsking.has(path) ? 0 : context.wakings,
    runState: anchored && !beyondAsking.has(path) ? context.runState : null,
    channel: anchored && !beyondAsking.has(path) ? context.channel : 'none',
    memory: anchored && !beyondAsking.has(path) ? context.memory : null,
    memorySeen: path === 'anchored.running.resizing.asking' && context.memorySeen,
    memoryChange: path.startsWith('anchored.running.resizing.') ? context.memoryChange : null,
    seenSinceAsked: asking.has(path) && context.seenSinceAsked,
    end: end === null ? null : { ...short(end), evidence: end.evidence === null ? null : 'kept' },
    // The end of a former generation decides nothing: it is as none.
    lastEnd: anchored || lastEnd === null || lastEnd.generation !== desired.generation ? null : short(lastEnd),
    exit: exit === null ? null : { code: null, signal: null },
    // Only a preparation is judged by its problem.
    problem: problem === null || !pending ? null : { reason: 'REASON', message: 'problem', retryable: problem.retryable },
  };
}
