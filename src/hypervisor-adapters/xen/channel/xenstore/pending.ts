import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { WindlassError } from '../../../../errors.js';
import { refusal, xenstoreError } from './errors.js';
import type { Wait } from './request.js';
import { decodeString, messageTypes, type MessageType, type Packet } from './wire.js';

/** Requests that wait for their reply. */
export interface PendingRequests {
  /** Gives the request an id; `answer` settles with the payload of its reply, or rejects at the deadline (milliseconds) or when aborted. */
  add(type: MessageType, about: string, deadline: number, wait: Wait): { readonly id: number; readonly answer: Promise<Uint8Array> };
  /** Settles the request that the packet answers. */
  settle(packet: Packet): void;
  /** `makeError` is called for each one that waits. */
  rejectAll(makeError: (about: string) => WindlassError): void;
  /** Replies that nobody waits for (any more). */
  readonly unmatched: number;
}

interface Waiting {
  readonly type: MessageType;
  readonly about: string;
  readonly settle: (outcome: { readonly payload: Uint8Array } | { readonly error: WindlassError }) => void;
}

/** Why a deadline is called off. Made once: an abort without a reason makes an exception with its stack each time. */
const answered = new Error('answered');

const highestId = 0xffff_ffff;

export function createPendingRequests(clock: ClockPort, firstId = 1): PendingRequests {
  const waiting = new Map<number, Waiting>();
  let nextId = firstId;
  let unmatched = 0;

  const takeId = (): number => {
    while (waiting.has(nextId)) nextId = nextId >= highestId ? 1 : nextId + 1;
    const id = nextId;
    nextId = id >= highestId ? 1 : id + 1;
    return id;
  };

  return {
    add: (type, about, deadline, { signal }) => {
      const id = takeId();
      const answer = new Promise<Uint8Array>((resolve, reject) => {
        const timer = new AbortController();
        const settle: Waiting['settle'] = (outcome) => {
          waiting.delete(id);
          timer.abort(answered);
          signal?.removeEventListener('abort', onAbort);
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.payload);
        };
        const onAbort = (): void => settle({ error: xenstoreError('XENSTORE_ABORTED', `${about} was given up before its answer`, { cause: signal?.reason }) });
        waiting.set(id, { type, about, settle });
        signal?.addEventListener('abort', onAbort);
        clock.sleep(deadline, timer.signal).then(
          () => settle({ error: xenstoreError('XENSTORE_TIMEOUT', `${about} was not answered within ${deadline} ms`) }),
          // The answer came first.
          () => undefined,
        );
      });
      return { id, answer };
    },
    settle: ({ type, requestId, payload }) => {
      const found = waiting.get(requestId);
      if (found === undefined) {
        unmatched += 1;
        return;
      }
      if (type === messageTypes.error) found.settle({ error: refusal(found.about, decodeString(payload)) });
      else if (type === found.type) found.settle({ payload });
      else found.settle({ error: xenstoreError('XENSTORE_PROTOCOL', `${found.about} was answered with a message of type ${type} instead of ${found.type}`) });
    },
    rejectAll: (makeError) => {
      for (const { about, settle } of [...waiting.values()]) settle({ error: makeError(about) });
    },
    get unmatched() {
      return unmatched;
    },
  };
}
