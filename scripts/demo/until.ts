/** The demo's one way of waiting: look again whenever there is news, give up at a deadline or an interrupt. */
import type { Observable } from 'rxjs';

/** Something went otherwise than the demo tells it. */
export class NotAsTold extends Error {}

/**
 * Resolves with what `find` finds, as soon as it finds something. Rejects with NotAsTold, naming `what` was missing, after `deadline`
 * milliseconds, and with the reason of the interrupt.
 */
export type Until = <Found>(what: string, find: () => Found | undefined, deadline?: number) => Promise<Found>;

export function untilOver(news$: Observable<unknown>, interrupt: AbortSignal): Until {
  return async (what, find, deadline = 10_000) => {
    interrupt.throwIfAborted();
    const given = new AbortController();
    const tooLate = AbortSignal.timeout(deadline);
    try {
      return await new Promise((resolve, reject) => {
        const look = (): void => {
          const found = find();
          if (found !== undefined) resolve(found);
        };
        const subscription = news$.subscribe(look);
        given.signal.addEventListener('abort', () => subscription.unsubscribe());
        interrupt.addEventListener('abort', () => reject(interrupt.reason as Error), { signal: given.signal });
        tooLate.addEventListener('abort', () => reject(new NotAsTold(`${what}: not within ${deadline / 1000} s`)), { signal: given.signal });
        look();
      });
    } finally {
      given.abort();
    }
  };
}

/** States a claim of the demo; throws NotAsTold where it does not hold. */
export function claim(holds: boolean, what: string): asserts holds {
  if (!holds) throw new NotAsTold(what);
}
