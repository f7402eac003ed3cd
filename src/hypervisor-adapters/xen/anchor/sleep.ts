import type { ClockPort } from '../../../effects/ports/clock.js';
import { WindlassError } from '../../../errors.js';
import { isOutlived, readSleepMark, sleepMark, sleepMarkPath } from '../channel/sleep-mark.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import type { Xl } from '../channel/xl/xl.js';
import type { Xenstore } from '../channel/xenstore/store.js';
import { type Suspended, takeBack } from './take-back.js';

/** A domain's sleep, with the mark that says that it is ours. */
export interface Sleep {
  /** A mark of ours stands. */
  readonly isMarked: () => boolean;
  /**
   * Marks the domain and has xl suspend it. What its guest has not heard by the time this rejects is taken back; where that fails, it is told, and
   * done by the next `tidy` that can. Rejects with the codes of xenstore where the mark could not be written, and nobody was asked; then as
   * `Xl.suspend`, but never retryable.
   */
  suspend(signal: AbortSignal): Promise<void>;
  /**
   * Lets the domain go on where it was; the mark stays until it is seen to run. Rejects as `Xl.resume`, and with the codes of xenstore where it would
   * wake to what could not be taken back.
   */
  resume(): Promise<void>;
  /** Removes the mark of a domain that was woken. Rejects with the codes of xenstore. */
  awake(): Promise<void>;
  /**
   * To be called with the domain as it was just seen. Takes back what is still to be taken back, also by an engine before; and removes the mark where
   * it speaks of a sleep that is long over, as one that an operator or a crash ended would. Rejects with the codes of xenstore.
   */
  tidy(domain: XlDomain): Promise<void>;
}

export interface SleepOptions extends Suspended {
  readonly clock: ClockPort;
  readonly store: Pick<Xenstore, 'read' | 'write' | 'rm' | 'transaction'>;
  readonly xl: Pick<Xl, 'suspend' | 'resume'>;
  /** Hears why something could not be taken back. Whoever asked for the sleep may not listen any more. */
  readonly onNotTakenBack: (why: unknown) => void;
}

export async function openSleep({ clock, onNotTakenBack, xl, ...suspended }: SleepOptions): Promise<Sleep> {
  const { id, store } = suspended;
  const path = sleepMarkPath(id);
  let mark = readSleepMark(await store.read(path));
  /** The store may have a question that nobody means any more, or a mark that is not known here. An engine before may have left either with its mark. */
  let owed = mark !== undefined;
  let turn: Promise<void> = Promise.resolve();

  const settle = async (by: Suspended = suspended): Promise<void> => {
    if (!owed) return;
    mark = await takeBack(by);
    owed = false;
  };
  const forget = async (): Promise<void> => {
    if (mark === undefined) return;
    await store.rm(path);
    mark = undefined;
  };
  /** One after the other: each would take the question or the mark of the next one for its own. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  return {
    isMarked: () => mark !== undefined,
    suspend: (signal) =>
      inTurn(async () => {
        signal.throwIfAborted();
        // Until xl has said that it sleeps.
        owed = true;
        const now = clock.now();
        await store.write(path, sleepMark(now));
        mark = now;
        await xl.suspend(id, signal).catch(async (error: unknown) => {
          await settle().catch(onNotTakenBack);
          throw onceOnly(error);
        });
        owed = false;
      }),
    resume: () =>
      inTurn(async () => {
        // Who sleeps is not awake: there is nothing to look for, and `xl list` may take as long as the resume itself.
        await settle({ ...suspended, isSeenAwake: () => Promise.resolve(false) });
        await xl.resume(id);
      }),
    awake: () => inTurn(forget),
    async tidy(domain) {
      const seenAt = clock.now();
      if (!owed && !isOutlived(mark, seenAt, domain)) return;
      await inTurn(async () => {
        await settle();
        // As it was at that time: a suspension may have come before this one's turn.
        if (isOutlived(mark, seenAt, domain)) await forget();
      });
    },
  };
}

/** The guest may have heard, whatever became of xl, and asked again at once it would sleep twice. */
function onceOnly(error: unknown): unknown {
  return error instanceof WindlassError && error.retryable ? new WindlassError(error.code, error.message, { cause: error }) : error;
}
