/** Numbers events, keeps the latest in memory, and serves them to late and slow readers; older ones come from the journal. */
import { Subject } from 'rxjs';
import { WindlassError } from '../errors.js';
import type { EventData, EventOf, EventType, WindlassEvent } from './events.js';
import { forgotten } from './read-journal.js';

export interface EventLog {
  /** Hot: each event as it is published. */
  readonly events$: Subject<WindlassEvent>;
  /** Sequence of the newest event; 0 before the first. */
  readonly sequence: () => number;
  publish<Type extends EventType>(type: Type, subject: string | undefined, data: EventData[Type]): void;
  /**
   * Events after a sequence number (0: all that are kept), then each new one once it is released, until the log is closed or the reader
   * returns. Throws EVENTS_FORGOTTEN when the event after that number is no longer kept, or the number was never given out.
   */
  since(sequence: number): AsyncGenerator<WindlassEvent, void, undefined>;
  close(): void;
}

/** What the journal does with a log. */
export interface JournalledLog extends EventLog {
  /** Before the first event: numbers go on after this one. */
  continueAfter(sequence: number): void;
  /** Events in memory after a number, the oldest first; the first may be a later one than asked for. */
  kept(after: number, most: number): readonly WindlassEvent[];
  /**
   * Readers of `since` may have the events up to this number: whoever resumes after an event must find it again, also when the engine has
   * crashed in between. Infinity when there is no journal to wait for.
   */
  release(sequence: number): void;
}

export interface EventLogOptions {
  readonly source: string;
  readonly now: () => number;
  /** How many events are kept for resuming; more while the journal has not written them yet. */
  readonly keep: number;
  /** Reads older events: those after a number, as far as they were written. Throws EVENTS_FORGOTTEN. */
  readonly older?: (after: number) => AsyncGenerator<WindlassEvent, void, undefined>;
}

/** A journal that hangs must not take all memory, at half a kilobyte an event: what it has not written by then is lost to it. */
const mostUnwritten = 200_000;

export function createEventLog({ keep, now, older = nothingOlder, source }: EventLogOptions): JournalledLog {
  const events$ = new Subject<WindlassEvent>();
  let kept: WindlassEvent[] = [];
  let sequence = 0;
  let released = Number.POSITIVE_INFINITY;
  let closed = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const resume of waiting) resume();
    waiting.clear();
  };
  const change = (): Promise<void> => new Promise((resolve) => waiting.add(resolve));
  /** Number before the first in memory. */
  const dropped = (): number => (kept[0]?.sequence ?? sequence + 1) - 1;
  /** Cuts rarely and by half: cutting one at a time would cost a copy for each event. */
  const cut = (): void => {
    const unwritten = sequence - Math.min(released, sequence);
    const needed = Math.max(keep, Math.min(unwritten, mostUnwritten));
    if (kept.length > 2 * needed) kept = kept.slice(-needed);
  };

  return {
    events$,
    sequence: () => sequence,
    publish(type, subject, data) {
      if (closed) return;
      sequence += 1;
      const event: EventOf<typeof type> = {
        specversion: '1.0',
        id: String(sequence),
        sequence,
        source,
        type,
        ...(subject === undefined ? {} : { subject }),
        time: new Date(now()).toISOString(),
        datacontenttype: 'application/json',
        data,
      };
      kept.push(event as WindlassEvent);
      cut();
      events$.next(event as WindlassEvent);
      if (released >= sequence) wake();
    },
    continueAfter(last) {
      sequence = last;
    },
    kept: (after, most) => {
      const start = Math.max(0, after - dropped());
      return kept.slice(start, start + most);
    },
    release(until) {
      released = until;
      wake();
    },
    async *since(after) {
      let seen = after;
      if (after > sequence)
        throw new WindlassError('EVENTS_FORGOTTEN', `event ${after} was never told here: the newest is ${sequence}`, {
          cure: 'take a new snapshot of the status and go on from its sequence',
        });
      for (;;) {
        if (seen < dropped()) {
          const before = seen;
          for await (const event of older(seen)) {
            seen = event.sequence;
            yield event;
            if (seen >= dropped()) break;
          }
          if (seen > before) continue;
          if (seen === 0) seen = dropped();
          // What is missing may be what the journal is about to write.
          else if (released < dropped()) await change();
          else throw forgotten(seen, dropped());
          continue;
        }
        const next = kept[seen - dropped()];
        if (next !== undefined && next.sequence <= released) {
          seen = next.sequence;
          yield next;
        } else if (closed) {
          return;
        } else {
          await change();
        }
      }
    },
    close() {
      if (closed) return;
      closed = true;
      released = Number.POSITIVE_INFINITY;
      events$.complete();
      wake();
    },
  };
}

async function* nothingOlder(): AsyncGenerator<WindlassEvent, void, undefined> {
  yield* await Promise.resolve([]);
}
