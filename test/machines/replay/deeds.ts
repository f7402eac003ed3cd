/** What the steps of an effect are called in a scenario, and what is done for each. The words are those of `test/machines/model/effects.ts`. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldCall } from './held-machine.js';

/** Steps in which an effect does something and has not answered yet. */
const works: ReadonlySet<string> = new Set([
  'orders the process',
  'has started the process',
  'has opened the channel',
  'works',
  'has put the end on record',
  'has killed all that carries the marker',
  'kills again',
  'has given the resources back',
]);

/** Nothing has happened yet that could be seen. */
const isPreliminary = (effect: string, deed: string): boolean => effect === 'reap' && deed === 'confirms that nothing lives';

export const startsWork = (deed: string): boolean => works.has(deed);

interface Means {
  readonly refuseOrder: () => void;
  /** Milliseconds. */
  readonly moment: number;
}

/** The effect answers, or fails, as the scenario says; what it has not done by then it does now, or not at all. */
export async function answerDelivered(call: HeldCall, deed: string, { moment, refuseOrder }: Means): Promise<void> {
  if (isPreliminary(call.name, deed)) return;
  if (deed.startsWith('fails')) {
    // An order that is out may be refused; one that "may still come" stays out.
    if (call.name === 'launch' && deed === 'fails') refuseOrder();
    call.fail(Object.assign(new Error('problem'), { code: 'REASON', retryable: deed !== 'fails for good' }));
    return;
  }
  if (deed === 'cannot tell') {
    call.answer({ presence: 'unknown', why: 'replayed' });
    return;
  }
  // A rung has nothing to answer but that it was climbed, and some never do.
  const isRung = ['ask', 'press', 'quit', 'terminate'].includes(call.name);
  const work = isRung ? call.work().catch(() => undefined) : call.work();
  call.answer(await Promise.race([work, sleep(isRung ? moment : 10 * moment)]));
}
