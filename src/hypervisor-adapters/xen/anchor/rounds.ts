import type { ClockPort } from '../../../effects/ports.js';

/**
 * The one poll of this adapter, and why there is one: no watch fires when somebody pauses a domain or lets it go on, nor when Xen loses one
 * while the store is down. One list of domains answers for all, so that a round costs one short process, however many domains there are.
 */
export interface Rounds {
  /** `visit` is called once a round. Returns what takes it off the round. */
  join(visit: () => void): () => void;
}

/** Milliseconds. */
const interval = 30_000;

/** There is one timer, and none while nobody is on the round. */
export function createRounds(clock: ClockPort): Rounds {
  const visits = new Set<() => void>();
  let walking: AbortController | undefined;

  const walk = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(interval, signal);
      for (const visit of [...visits]) visit();
    }
  };
  return {
    join: (visit) => {
      visits.add(visit);
      if (walking === undefined) {
        walking = new AbortController();
        // It ends by being aborted.
        walk(walking.signal).catch(() => undefined);
      }
      return () => {
        visits.delete(visit);
        if (visits.size > 0) return;
        walking?.abort();
        walking = undefined;
      };
    },
  };
}
