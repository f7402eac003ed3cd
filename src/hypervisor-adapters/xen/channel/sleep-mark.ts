/**
 * Who put a guest to sleep: `xl save` and a migration suspend it as well, and go on with its memory meanwhile. Only a guest that this engine
 * has suspended is one that sleeps and may be woken. So a mark is written before it is suspended, and removed once it runs again; it stays
 * over a crash of the engine at any point between.
 */
import type { XlDomain } from './xl/domain-list.js';

/** Milliseconds after which a suspension that was asked for has come or will not: libxl gives the guest a minute to hear it, and another to obey. */
const longestSuspension = 150_000;

export const sleepMarkPath = (id: number): string => `/libxl/${id}/windlass/suspending`;

/** The mark of a suspension asked for at `now`, milliseconds since the epoch. */
export const sleepMark = (now: number): string => String(Math.trunc(now));

/** When it was asked for; undefined where it was not, for all that can be read. */
export function readSleepMark(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Of a guest that runs, a mark speaks of a sleep that is over, or did not come: the next to suspend it may be somebody else. */
export function isOutlived(mark: number | undefined, now: number, { state }: Pick<XlDomain, 'state'>): boolean {
  return mark !== undefined && !state.shutdown && !state.dying && now - mark > longestSuspension;
}
