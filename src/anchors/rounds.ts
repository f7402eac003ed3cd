import type { ClockPort } from '../effects/ports/clock.js';

/**
 * The one poll of an adapter, for what no event tells: a QEMU that is stopped (SIGSTOP, a frozen cgroup, a dead disk under its main loop)
 * leaves its connection open and says nothing, just as a healthy idle guest does; an operator's `xl pause` fires no watch. So every
 * `interval` each session asks one short question: 0.3 ms of QEMU's time and ours, or one list of all domains of Xen, which they share.
 * There is one timer for all sessions that share a `Rounds`, and none while there are no sessions.
 */
export interface Rounds {
  /** `visit` is called once a round. Returns what takes it off the round. */
  join(visit: () => void): () => void;
}

/** Milliseconds. What nobody tells is found after at most this, and the time that an answer may take. */
export const longestRoundInterval = 30_000;

/** Questions that are sent in one go; then the loop has a moment for others. */
const batch = 32;
const betweenBatches = 2;

/** `interval` in milliseconds. Make one for an engine and hand it to all its sessions. */
export function createRounds(clock: ClockPort, interval: number = longestRoundInterval): Rounds {
  const visits = new Set<() => void>();
  let walking: AbortController | undefined;

  const walk = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(interval, signal);
      let done = 0;
      for (const visit of [...visits]) {
        // It may have left since this round began.
        if (!visits.has(visit)) continue;
        visit();
        done += 1;
        if (done % batch === 0) await clock.sleep(betweenBatches, signal);
      }
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
