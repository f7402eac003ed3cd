import { exitCodes } from './exit-codes.js';
import { Interrupted } from './failures.js';

/** SIGINT and SIGTERM as an abort signal, for as long as it is in scope. */
export interface Interrupts extends Disposable {
  /** Aborted at the first signal, with `Interrupted` as its reason. */
  readonly signal: AbortSignal;
}

/**
 * Milliseconds in which a repeated signal is the same one: a terminal sends Ctrl-C to everyone in the foreground, and npx, npm or tsx in
 * front of us pass theirs on.
 */
const echo = 500;

/** The first SIGINT or SIGTERM aborts, so that the command can end in order; the second ends the process at once. */
export function catchInterrupts(now: () => number = () => performance.now()): Interrupts {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (signal: NodeJS.Signals): void => {
    const which = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    if (controller.signal.aborted && now() - first > echo) process.exit(which === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    if (controller.signal.aborted) return;
    first = now();
    controller.abort(new Interrupted(which));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt),
  };
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
