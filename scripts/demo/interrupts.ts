/** Ctrl-C ends the demo in order; asked again, it ends at once. */
import { exitCodes } from '../../src/cli/exit-codes.js';

/** The audience had enough. */
export class Interrupted extends Error {}

/** Milliseconds: npm and tsx pass on a signal that the terminal has sent to everybody already, so that one Ctrl-C comes several times. */
const echo = 500;

/** Aborted at the first SIGINT, SIGTERM or SIGHUP: also who closes the terminal wants nothing left behind. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) first = performance.now();
    else if (performance.now() - first > echo) process.exit(exitCodes.interrupted);
    controller.abort(new Interrupted());
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt);
  return controller.signal;
}
