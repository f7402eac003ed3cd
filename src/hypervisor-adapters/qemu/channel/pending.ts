import type { ClockPort } from '../../../effects/ports/clock.js';
import type { WindlassError } from '../../../errors.js';
import { qmpError, type QmpRefusal } from './errors.js';

/** Commands that wait for their answer. */
export interface PendingCommands {
  /** Gives the command an id; `answer` settles with the reply, or rejects at the deadline (milliseconds) or when `signal` is aborted. */
  add(command: string, deadline: number, wait: Wait): { readonly id: number; readonly answer: Promise<unknown> };
  resolve(id: number | undefined, value: unknown): void;
  refuse(id: number | undefined, errorClass: string, description: string): void;
  /** `makeError` is called for each one that waits. */
  rejectAll(makeError: () => WindlassError): void;
  /** Answers that nobody waits for (any more). */
  readonly unmatched: number;
}

export interface Wait {
  readonly signal?: AbortSignal;
  /** Called with the answer before anything that came after it is looked at; the promise settles later. */
  readonly onAnswer?: (value: unknown) => void;
}

interface Waiting {
  readonly command: string;
  readonly onAnswer: Wait['onAnswer'];
  readonly settle: (outcome: { readonly value: unknown } | { readonly error: WindlassError }) => void;
}

/** Why a deadline is called off. Made once: an abort without a reason makes an exception with its stack each time, about 50 µs a command. */
const answered = new Error('answered');

export function createPendingCommands(clock: ClockPort): PendingCommands {
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let unmatched = 0;

  /** The one that waits for this answer, if any; a second answer with its id finds nobody. */
  const find = (id: number | undefined): Waiting | undefined => {
    const found = id === undefined ? undefined : waiting.get(id);
    if (found === undefined) unmatched += 1;
    return found;
  };

  return {
    add: (command, deadline, { signal, onAnswer }) => {
      const id = nextId;
      nextId += 1;
      const answer = new Promise<unknown>((resolve, reject) => {
        const timer = new AbortController();
        const settle: Waiting['settle'] = (outcome) => {
          waiting.delete(id);
          timer.abort(answered);
          signal?.removeEventListener('abort', onAbort);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        };
        const onAbort = (): void => settle({ error: qmpError('QMP_ABORTED', `${command} was given up before its answer`, signal?.reason) });
        waiting.set(id, { command, onAnswer, settle });
        signal?.addEventListener('abort', onAbort);
        clock.sleep(deadline, timer.signal).then(
          () => settle({ error: qmpError('QMP_TIMEOUT', `${command} was not answered within ${deadline} ms`) }),
          // The answer came first.
          () => undefined,
        );
      });
      return { id, answer };
    },
    resolve: (id, value) => {
      const found = find(id);
      found?.onAnswer?.(value);
      found?.settle({ value });
    },
    refuse: (id, errorClass, description) => {
      const found = find(id);
      if (found === undefined) return;
      const refusal: QmpRefusal = { command: found.command, class: errorClass, description };
      found.settle({ error: qmpError('QMP_COMMAND_FAILED', `${found.command}: ${description} (${errorClass})`, refusal) });
    },
    rejectAll: (makeError) => {
      for (const { settle } of [...waiting.values()]) settle({ error: makeError() });
    },
    get unmatched() {
      return unmatched;
    },
  };
}
