import type { ClockPort } from '../../../../effects/ports/clock.js';
import { isXenstoreError, xenstoreError } from './errors.js';
import { createNodes, type XenstoreNodes } from './nodes.js';
import type { Request, Wait } from './request.js';
import { decodeString, encodeStrings, messageTypes } from './wire.js';

export interface TransactionOptions extends Wait {
  /** How often the work is done at most, when others' changes get in between. */
  readonly attempts?: number;
}

/** In each round of a conflict somebody has succeeded, so this many can contend for one node and all come through. */
const usualAttempts = 32;

/** Milliseconds before attempt `n` (from 2 on): a crowd is given time to thin out. Nothing tells when a node has become quiet. */
const pauseBefore = (attempt: number): number => Math.min(2 ** (attempt - 2), 16);

/**
 * Does `work` in a transaction: others see all of it or nothing. The work is done again when others' changes got in between, so it must have
 * no effects outside of the store. What it throws aborts the transaction and is thrown on.
 *
 * C xenstored refuses a commit when anybody has changed anything that was read or whose parent was written; oxenstored merges what does not
 * touch. XENSTORE_CONFLICT after the last attempt.
 */
export async function runTransaction<T>(
  request: Request,
  clock: ClockPort,
  work: (nodes: XenstoreNodes) => Promise<T>,
  { attempts = usualAttempts, ...wait }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(request, work, wait);
    } catch (error) {
      if (!isXenstoreError(error, 'XENSTORE_CONFLICT')) throw error;
      if (attempt >= attempts) throw xenstoreError('XENSTORE_CONFLICT', `a transaction met changes by others in ${attempts} of ${attempts} attempts`, { cause: error });
    }
    await pause(clock, pauseBefore(attempt + 1), wait.signal);
  }
}

async function pause(clock: ClockPort, milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(milliseconds, signal);
  } catch (error) {
    throw xenstoreError('XENSTORE_ABORTED', 'a transaction was given up between two attempts', { cause: error });
  }
}

async function once<T>(request: Request, work: (nodes: XenstoreNodes) => Promise<T>, wait: Wait): Promise<T> {
  const start = { type: messageTypes.transactionStart, payload: encodeStrings(['']), about: 'the start of a transaction' };
  const id = Number(decodeString(await request(start, 0, wait)));
  if (!Number.isInteger(id) || id <= 0) throw xenstoreError('XENSTORE_PROTOCOL', 'a transaction was started without an id');
  let ended = false;
  const inside: Request = async (question, transaction, inner) => {
    // The id may be somebody else's by now; and a daemon's ENOENT for a dead one would look like an absent node.
    if (ended) throw xenstoreError('XENSTORE_WRONG_STATE', `${question.about} was not sent: its transaction has ended`);
    return await request(question, transaction, { ...wait, ...inner });
  };
  const end = async (commit: boolean): Promise<void> => {
    ended = true;
    const about = commit ? 'the commit of a transaction' : 'the abort of a transaction';
    await request({ type: messageTypes.transactionEnd, payload: encodeStrings([commit ? 'T' : 'F']), about }, id, commit ? wait : {});
  };

  let result: T;
  try {
    result = await work(createNodes(inside, id));
  } catch (error) {
    // The first cause counts. A transaction that could not be aborted ends with the connection, or stays open for a daemon that is silent.
    await end(false).catch(() => undefined);
    throw error;
  }
  await end(true);
  return result;
}
