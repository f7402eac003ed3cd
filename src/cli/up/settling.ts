import type { DomainStatus, Engine } from '../../index.js';
import { verdictOf } from '../views/verdict.js';

export interface SettlingOptions {
  readonly names: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until every domain is as desired or will not be by waiting; false when the time is over first. Rejects with the signal's reason.
 * Costs the same for each event, however many domains there are.
 */
export function untilSettled(engine: Pick<Engine, 'status$'>, { names, signal, timeout }: SettlingOptions): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = new Set(names);
    const waiting = new Set(names);
    const note = (status: DomainStatus): void => {
      const { asDesired, hopeless } = verdictOf(status);
      if (asDesired || hopeless) waiting.delete(status.name);
      else if (asked.has(status.name)) waiting.add(status.name);
    };
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // The first message comes while `subscribe` is still running.
      queueMicrotask(() => subscription.unsubscribe());
      settle();
    };
    const abort = (): void => finish(() => reject(signal.reason as Error));
    const timer = setTimeout(() => finish(() => resolve(false)), timeout);
    signal.addEventListener('abort', abort, { once: true });
    const subscription = engine.status$.subscribe((message) => {
      if (message.type === 'snapshot') message.domains.forEach(note);
      else if (message.status !== null) note(message.status);
      if (waiting.size === 0) finish(() => resolve(true));
    });
    if (signal.aborted) abort();
  });
}
