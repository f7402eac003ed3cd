import type { Observation } from '../../../machines/observations.js';
import { isQmpError } from './errors.js';

/** Knows whether the peer answers. */
export interface SilenceDetector {
  readonly silent: boolean;
  heard(): void;
  /** Passes a question's answer on; one that was not answered in time makes the channel silent. */
  watch<T>(answer: Promise<T>): Promise<T>;
}

/**
 * A channel is silent when a question was not answered by its deadline, and answers again as soon as anything is heard, be it the late
 * reply: on a stream nothing is lost, so a QEMU that goes on answers what it was asked while it stood. `now` in milliseconds.
 */
export function createSilenceDetector(now: () => number, tell: (observation: Observation) => void, onAnswering: () => void): SilenceDetector {
  let silent = false;
  return {
    get silent() {
      return silent;
    },
    heard: () => {
      if (!silent) return;
      silent = false;
      tell({ type: 'channel.answering' });
      onAnswering();
    },
    watch: async (answer) => {
      const asked = now();
      try {
        return await answer;
      } catch (error) {
        if (isQmpError(error, 'QMP_TIMEOUT') && !silent) {
          silent = true;
          tell({ type: 'channel.silent', forMilliseconds: now() - asked });
        }
        throw error;
      }
    },
  };
}
