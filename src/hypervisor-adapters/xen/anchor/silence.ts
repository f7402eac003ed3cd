import { Observable } from 'rxjs';
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Observation } from '../../../machines/observations.js';
import type { Xenstore } from '../channel/xenstore/store.js';

/**
 * Tells `channel.silent` when the store has been away for `silence` milliseconds, and `channel.answering` when it is back. A store that is
 * restarted in between is nobody's business.
 */
export function silenceOf(store: Pick<Xenstore, 'status$'>, clock: ClockPort, silence: number): Observable<Observation> {
  return new Observable((subscriber) => {
    let waiting: AbortController | undefined;
    let silent = false;
    const back = (): void => {
      waiting?.abort();
      waiting = undefined;
      if (silent) subscriber.next({ type: 'channel.answering' });
      silent = false;
    };
    const away = (): void => {
      if (waiting !== undefined) return;
      waiting = new AbortController();
      clock.sleep(silence, waiting.signal).then(
        () => {
          silent = true;
          subscriber.next({ type: 'channel.silent', forMilliseconds: silence });
        },
        () => undefined,
      );
    };
    const subscription = store.status$.subscribe(({ type }) => {
      if (type === 'connected') back();
      else if (type !== 'closed') away();
    });
    return () => {
      subscription.unsubscribe();
      waiting?.abort();
    };
  });
}
