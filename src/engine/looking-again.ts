import type { ClockPort } from '../effects/ports/clock.js';

/**
 * Looks again at what could not be told. Nothing on the host says that it can be told now, so this polls: after one second, then half as often
 * each time, down to once a minute, for as long as there is something of which it cannot be told. There is no timer while there is nothing.
 */
export interface LookingAgain {
  /** There may be something that could not be told. Without effect while it looks already. */
  begin(): void;
  /** For good. Resolves once a look that is under way is over. */
  end(): Promise<void>;
}

/** Milliseconds. */
const first = 1_000;
const longest = 60_000;

/** `undecided`: of how much cannot be told? `look` does, and never rejects. */
export function createLookingAgain(clock: ClockPort, undecided: () => number, look: () => Promise<void>): LookingAgain {
  const ending = new AbortController();
  let looking: Promise<void> | undefined;

  const untilDecided = async (): Promise<void> => {
    for (let pause = first; undecided() > 0; pause = Math.min(2 * pause, longest)) {
      await clock.sleep(pause, ending.signal);
      await look();
      ending.signal.throwIfAborted();
    }
  };

  const begin = (): void => {
    if (ending.signal.aborted || undecided() === 0) return;
    // Rejects only by being ended.
    looking ??= untilDecided()
      .catch(() => undefined)
      .then(() => {
        looking = undefined;
        // Asked for in the moment in which the last look was just over.
        begin();
      });
  };

  return {
    begin,
    async end() {
      ending.abort();
      await looking;
    },
  };
}
