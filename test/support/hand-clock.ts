import { setImmediate as turn } from 'node:timers/promises';
import type { ClockPort } from '../../src/effects/ports/clock.js';

export interface HandClock {
  readonly clock: ClockPort;
  /** Pauses that were begun, in milliseconds. */
  readonly pauses: number[];
  /** Ends the present pause. */
  readonly tick: () => Promise<void>;
}

/** A clock that stands still until it is told that a pause is over. */
export function handClock(): HandClock {
  const pauses: number[] = [];
  let pass: (() => void) | undefined;
  const clock: ClockPort = {
    now: () => 0,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        pauses.push(milliseconds);
        pass = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      }),
  };
  const tick = async (): Promise<void> => {
    pass?.();
    pass = undefined;
    await turn();
  };
  return { clock, pauses, tick };
}
