import type { ClockPort } from '../../../effects/ports/clock.js';
import { WindlassError } from '../../../errors.js';
import { isOutlived, readSleepMark, sleepMark, sleepMarkPath } from '../channel/sleep-mark.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import { isXlError } from '../channel/xl/errors.js';
import type { Xl } from '../channel/xl/xl.js';
import type { Xenstore } from '../channel/xenstore/store.js';

/** A domain's sleep, with the mark that says that it is ours. */
export interface Sleep {
  /** A mark of ours stands. */
  readonly isMarked: () => boolean;
  /**
   * Marks the domain and has xl suspend it. What its guest has not heard by the time this rejects is taken back; where that fails, it is told, and
   * done by the next `tidy` that can. Rejects as `Xl.suspend`, but never so that it may be asked again at once, or with the codes of xenstore.
   */
  suspend(signal: AbortSignal): Promise<void>;
  /** Lets the domain go on where it was; the mark stays until it is seen to run. Rejects as `Xl.resume`. */
  resume(): Promise<void>;
  /** Removes the mark of a domain that was woken. */
  awake(): Promise<void>;
  /** The same, where the mark speaks of a sleep that is long over, as one that an operator or a crash ended would; and what is still to be taken back. Rejects with the codes of xenstore. */
  tidy(domain: XlDomain): Promise<void>;
}

export interface SleepOptions {
  readonly id: number;
  readonly clock: ClockPort;
  readonly store: Pick<Xenstore, 'read' | 'write' | 'rm' | 'transaction'>;
  readonly xl: Pick<Xl, 'suspend' | 'resume'>;
  /** Looks at the domain: false where it is shut down, and where it cannot be told. May reject, which says nothing either. */
  readonly isSeenAwake: () => Promise<boolean>;
  /** Hears why something could not be taken back. Whoever asked for the sleep may not listen any more. */
  readonly onNotTakenBack: (why: unknown) => void;
}

export async function openSleep({ clock, id, isSeenAwake, onNotTakenBack, store, xl }: SleepOptions): Promise<Sleep> {
  const path = sleepMarkPath(id);
  /** Where libxl asks a guest to suspend itself; the guest empties it when it has heard. */
  const request = `/local/domain/${id}/control/shutdown`;
  let mark = readSleepMark(await store.read(path));
  /** What a guest has not heard of a suspension that is over could not be taken back yet. */
  let owed = false;
  let turn: Promise<void> = Promise.resolve();

  const forget = async (): Promise<void> => {
    if (mark === undefined) return;
    await store.rm(path);
    mark = undefined;
  };
  /** A guest that has heard may fall asleep yet, and one that is shut down may be asleep by an earlier word of ours: the mark stays for both. */
  const takeBack = async (): Promise<void> => {
    // Looked at first: one that was awake then, and has not heard now, is awake.
    const awake = await isSeenAwake().catch(() => false);
    const left = await store.transaction(async (nodes) => {
      if ((await nodes.read(request)) === 'suspend') {
        await nodes.write(request, '');
        if (awake) await nodes.rm(path);
      }
      return nodes.read(path);
    });
    // As the store has it: what was done before and not answered counts as well.
    mark = readSleepMark(left);
  };
  const settle = async (): Promise<void> => {
    owed = false;
    await takeBack().catch((why: unknown) => {
      owed = true;
      throw why;
    });
  };
  /** A suspension begins when what is over is settled, which would take its request for the old one. */
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
        owed = false;
        const now = clock.now();
        await store.write(path, sleepMark(now));
        mark = now;
        try {
          await xl.suspend(id, signal);
        } catch (error) {
          await settle().catch(onNotTakenBack);
          // The guest may have heard, and asked again at once it would sleep twice.
          throw isXlError(error, 'XL_TIMEOUT') ? new WindlassError(error.code, error.message, { cause: error }) : error;
        }
      }),
    resume: () => xl.resume(id),
    awake: forget,
    async tidy(domain) {
      if (owed) await inTurn(settle);
      if (isOutlived(mark, clock.now(), domain)) await forget();
    },
  };
}
