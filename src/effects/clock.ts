import type { ClockPort } from './ports/clock.js';

/** The longest delay that one Node timer takes (2^31 - 1 ms, 24.8 days); a longer one would fire at once. */
const longestTimer = 2_147_483_647;

export const hostClock: ClockPort = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      let timer: NodeJS.Timeout;
      const abort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const arm = (left: number): void => {
        timer = setTimeout(
          () => {
            if (left > longestTimer) {
              arm(left - longestTimer);
              return;
            }
            signal?.removeEventListener('abort', abort);
            resolve();
          },
          Math.min(left, longestTimer),
        );
      };
      signal?.addEventListener('abort', abort, { once: true });
      arm(milliseconds);
    }),
};
