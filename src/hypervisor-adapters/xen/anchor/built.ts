import type { Ports } from '../../../effects/ports.js';
import type { ProcessIdentity } from '../../../effects/ports/processes.js';
import type { WindlassError } from '../../../errors.js';
import type { StateLayout } from '../../contract/state-layout.js';
import { buildFailure } from './build-failure.js';

/** What xl says last before it waits: the domain is complete, with all its devices. */
const complete = /^Waiting for domain .* \(domid \d+\) to die \[pid \d+\]$/m;

/** Bytes of the log that are looked at; with many devices xl says more before, never after. */
const tailBytes = 16_384;

/** Milliseconds after which it is looked whether xl still lives: the end of a process that is not our child tells nobody. */
const patience = 250;

/**
 * Resolves when xl has built the domain, or with why not when its log does not say so and xl has ended. Rejects with the signal's reason. It
 * follows the log by inotify, and can be called again by another engine at any time.
 */
export async function untilBuilt(ports: Ports, layout: StateLayout, identity: ProcessIdentity, signal: AbortSignal): Promise<WindlassError | undefined> {
  let wake = (): void => undefined;
  const stopWatching = ports.growing.watch(layout.directory, () => wake());
  try {
    for (;;) {
      signal.throwIfAborted();
      const changed = new Promise<void>((resolve) => (wake = resolve));
      if (complete.test(await ports.files.tail(layout.anchorLog, tailBytes))) return undefined;
      if ((await ports.processes.presence(identity)) === 'absent') {
        const log = await ports.files.tail(layout.anchorLog, tailBytes);
        return complete.test(log) ? undefined : buildFailure(log);
      }
      const late = new AbortController();
      const stop = (): void => late.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      await Promise.race([changed, ports.clock.sleep(patience, late.signal).catch(() => undefined)]);
      signal.removeEventListener('abort', stop);
      late.abort();
    }
  } finally {
    stopWatching();
  }
}
