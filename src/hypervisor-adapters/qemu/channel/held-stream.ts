import { Observable, Subject } from 'rxjs';

/** A hot stream that loses nothing before somebody listens. */
export interface HeldStream<T> {
  readonly stream: Observable<T>;
  next(value: T): void;
  complete(): void;
  /** Values that were dropped because nobody had listened yet and the bound was reached; the oldest go first. */
  readonly dropped: number;
}

/**
 * Keeps up to `bound` values until the first subscriber, who gets them all; later subscribers get `present()` and what comes from then on.
 * After that nothing is kept: a slow listener is a slow callback, and so slows the reading of the socket itself.
 */
export function createHeldStream<T>(bound: number, present: () => readonly T[] = () => []): HeldStream<T> {
  const subject = new Subject<T>();
  let held: T[] | undefined = [];
  /** Start of the ring in `held` once it is full. */
  let oldest = 0;
  let dropped = 0;

  return {
    stream: new Observable<T>((subscriber) => {
      const first = held === undefined ? present() : [...held.slice(oldest), ...held.slice(0, oldest)];
      held = undefined;
      for (const value of first) subscriber.next(value);
      return subject.subscribe(subscriber);
    }),
    next: (value) => {
      if (held === undefined) {
        subject.next(value);
      } else if (held.length < bound) {
        held.push(value);
      } else {
        held[oldest] = value;
        oldest = (oldest + 1) % bound;
        dropped += 1;
      }
    },
    complete: () => subject.complete(),
    get dropped() {
      return dropped;
    },
  };
}
