/** Numbers events, keeps the latest in memory, and serves them to late and slow readers. */
import { Subject } from 'rxjs';
import { WindlassError } from '../errors.js';
import type { EventData, EventOf, EventType, WindlassEvent } from './events.js';

export interface EventLog {
  /** Hot: each event as it is published. */
  readonly events$: Subject<WindlassEvent>;
  /** Sequence of the newest event; 0 before the first. */
  readonly sequence: () => number;
  publish<Type extends EventType>(type: Type, subject: string | undefined, data: EventData[Type]): void;
  /**
   * Events after a sequence number, then each new one, until the log is closed or the reader returns.
   * Throws EVENTS_FORGOTTEN when events after that number are no longer kept.
   */
  since(sequence: number): AsyncGenerator<WindlassEvent, void, undefined>;
  close(): void;
}

export interface EventLogOptions {
  readonly source: string;
  readonly now: () => number;
  /** How many events are kept for resuming. */
  readonly keep: number;
  /** Sequence of the last event of an earlier engine. */
  readonly startAfter?: number;
}

export function createEventLog({ keep, now, source, startAfter = 0 }: EventLogOptions): EventLog {
  const events$ = new Subject<WindlassEvent>();
  let kept: WindlassEvent[] = [];
  let sequence = startAfter;
  let closed = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const resume of waiting) resume();
    waiting.clear();
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
      // Cut rarely and by half: cutting one at a time would cost a copy for each event.
      if (kept.length > 2 * keep) kept = kept.slice(-keep);
      events$.next(event as WindlassEvent);
      wake();
    },
    async *since(after) {
      let seen = after;
      for (;;) {
        const first = kept[0]?.sequence ?? sequence + 1;
        if (seen + 1 < first && seen < sequence)
          throw new WindlassError('EVENTS_FORGOTTEN', `events ${seen + 1} to ${first - 1} are no longer kept`, {
            cure: 'take a new snapshot with status$ and go on from its sequence',
          });
        const next = kept[seen + 1 - first];
        if (next !== undefined) {
          seen = next.sequence;
          yield next;
        } else if (closed) {
          return;
        } else {
          await new Promise<void>((resolve) => waiting.add(resolve));
        }
      }
    },
    close() {
      if (closed) return;
      closed = true;
      events$.complete();
      wake();
    },
  };
}
