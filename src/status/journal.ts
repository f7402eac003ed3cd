/**
 * Writes the event log to files, at its own speed: the log is its queue, and what it has not written yet stays in memory. No start waits
 * for it. When it cannot write, it stops with an event and a condition, tries again each second, and goes on where it was; what memory
 * no longer holds by then is named in the journal itself as lost.
 */
import type { AppendingFile } from '../effects/ports/growing-files.js';
import type { Ports } from '../effects/ports.js';
import type { JournalledLog } from './event-log.js';
import type { EventRange, WindlassEvent } from './events.js';
import { lineOf } from './journal-files.js';
import type { JournalWriting } from './journal-opening.js';
import { openJournal, reservedNumbers, reserveNumbers, rotateJournal } from './journal-opening.js';
import { type NodeConditions, troubleOf } from './node-conditions.js';
import { newestInJournal } from './read-journal.js';

export interface JournalLimits {
  /** Bytes after which a file is put aside and the next begun. */
  readonly fileBytes: number;
  /** Files put aside that are kept. */
  readonly keep: number;
  /** `ends`: on a disk, events that tell of the end of a run are synced. A tmpfs has nothing to sync. */
  readonly sync: 'ends' | 'never';
}

export interface JournalOptions {
  readonly ports: Pick<Ports, 'files' | 'growing' | 'clock'>;
  readonly root: string;
  readonly log: JournalledLog;
  readonly limits: JournalLimits;
  readonly conditions: NodeConditions;
}

export interface Journal {
  /** Repairs what a crash left, and has the log go on after the last number. Never rejects: an engine without a journal still serves. */
  open(): Promise<void>;
  /** Number of the newest event that is in the files. */
  written(): number;
  /** Writes what is left to write, and lets go of the files. */
  close(): Promise<void>;
}

/** Milliseconds: from an event to its write, so that one write takes all that its cause makes; and between two writes. */
const lead = 1;
const pause = 5;
/** Milliseconds before what failed is tried again, as no event tells that there is room. */
const retry = 1_000;
/** Events of one write: about 2 ms of making their lines. */
const batch = 1_000;
/** Numbers put aside at a time while nothing can be written, so that the next engine gives none of them out again. */
const reserve = 100_000;

export function createJournal({ conditions, limits, log, ports, root }: JournalOptions): Journal {
  const { clock } = ports;
  const closing = new AbortController();
  let file: AppendingFile | undefined;
  let written = 0;
  let reserved = 0;
  let stopped = false;
  let lost: EventRange | null = null;
  let pumping: Promise<void> | undefined;
  let syncing = Promise.resolve();
  /** What is in the files cannot be told: anything that were written might be said twice. */
  let unreadable = false;

  const take = (opened: JournalWriting): void => {
    ({ file } = opened);
    ({ written } = opened);
  };
  const pendingLines = (events: readonly WindlassEvent[]): string => {
    const [first] = events;
    if (first === undefined || first.sequence === written + 1) return events.map(lineOf).join('');
    const gap: EventRange = { from: written + 1, to: first.sequence - 1 };
    lost = { from: lost?.from ?? gap.from, to: gap.to };
    return [lossOf(first, gap), ...events].map(lineOf).join('');
  };
  const writeSome = async (events: readonly WindlassEvent[]): Promise<void> => {
    if (file === undefined) take(await openJournal(ports, root));
    const open = file;
    if (open === undefined) return;
    const left = events.filter(({ sequence }) => sequence > written);
    const bytes = Buffer.from(pendingLines(left));
    const target = open.size() > 0 && open.size() + bytes.length > limits.fileBytes ? await rotateJournal(ports, root, open, limits) : open;
    file = target;
    await target.append(bytes);
    written = left.at(-1)?.sequence ?? written;
    // Beside the writing: events need not wait for it to be told.
    if (limits.sync === 'ends' && target.onDisk && left.some(({ type }) => type === 'windlass.domain.ended')) syncing = syncing.then(() => target.sync()).catch(() => undefined);
  };
  const stop = async (thrown: unknown): Promise<void> => {
    const failed = file;
    file = undefined;
    await failed?.close().catch(() => undefined);
    const trouble = troubleOf(thrown);
    if (!stopped) log.publish('windlass.journal.stopped', undefined, trouble);
    stopped = true;
    log.release(Number.POSITIVE_INFINITY);
    conditions.note('JournalWritten', trouble);
    if (log.sequence() > reserved) reserved = await reserveNumbers(ports, root, log.sequence() + reserve);
  };
  const resume = async (): Promise<void> => {
    log.publish('windlass.journal.resumed', undefined, { lost });
    stopped = false;
    lost = null;
    conditions.note('JournalWritten', null);
    reserved = await reserveNumbers(ports, root, 0);
  };
  /** Writes until nothing is left; resolves to false where it could not. */
  const drain = async (): Promise<boolean> => {
    try {
      for (let events = log.kept(written, batch); events.length > 0; events = log.kept(written, batch)) {
        await writeSome(events);
        if (!stopped) log.release(written);
      }
      if (stopped) {
        await resume();
        return await drain();
      }
      return true;
    } catch (thrown) {
      await stop(thrown);
      return false;
    }
  };
  const pump = async (): Promise<void> => {
    await rest(lead);
    while (!closing.signal.aborted && log.sequence() > written) await rest((await drain()) ? pause : retry);
    pumping = undefined;
  };
  const rest = (milliseconds: number): Promise<void> => clock.sleep(milliseconds, closing.signal).catch(() => undefined);

  return {
    async open() {
      try {
        written = await newestInJournal(ports, root);
        log.continueAfter(Math.max(written, await reservedNumbers(ports, root)));
      } catch (thrown) {
        unreadable = true;
        await stop(thrown);
        return;
      }
      try {
        take(await openJournal(ports, root));
        // Numbers that an earlier engine gave out while it could not write: the first to be written says so.
        stopped = log.sequence() > written;
        conditions.note('JournalWritten', null);
        log.release(written);
      } catch (thrown) {
        await stop(thrown);
      }
      log.events$.subscribe(() => {
        pumping ??= pump();
      });
    },
    written: () => written,
    async close() {
      closing.abort();
      await pumping;
      if (log.sequence() > written && !unreadable) await drain();
      // Exactly: the next engine goes on after the last number that was given out.
      if (stopped) await reserveNumbers(ports, root, log.sequence());
      await syncing;
      await file?.close().catch(() => undefined);
    },
  };
}

/** Stands in the journal for events that are not in memory any more. */
function lossOf(next: WindlassEvent, gap: EventRange): WindlassEvent {
  const { datacontenttype, source, specversion, time } = next;
  return { specversion, id: String(gap.to), sequence: gap.to, source, type: 'windlass.journal.lost', time, datacontenttype, data: gap };
}
