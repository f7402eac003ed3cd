import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import type { WindlassEvent } from './events.js';
import { journalAfter, newestInJournal } from './read-journal.js';

export interface FollowOptions {
  /** Events after this number; 0, or none: all that are kept. */
  readonly since?: number;
  /** Ends the following quietly. */
  readonly signal?: AbortSignal;
}

/**
 * Events of the journal after a number, then each new one as an engine writes it, across rotations and across engines. Ends when the
 * signal is aborted or the directory is removed. Throws STATE_ABSENT without a state directory, EVENTS_FORGOTTEN where the journal does
 * not hold the next event any more (or never held `since`), and as `FilePort` does.
 */
export async function* followJournal(ports: Pick<Ports, 'files' | 'growing' | 'clock'>, root: string, { since = 0, signal }: FollowOptions): AsyncGenerator<WindlassEvent, void, undefined> {
  if ((await ports.files.stat(root)) === undefined)
    throw new WindlassError('STATE_ABSENT', `there is no state directory ${root}`, { cure: 'start an engine on it first', retryable: true });
  let changed = false;
  let wake = (): void => undefined;
  const change = (): void => {
    changed = true;
    wake();
  };
  // Watching comes before reading: what is written in between shows as a change.
  const stopWatching = ports.growing.watch(root, change);
  signal?.addEventListener('abort', change);
  // Aborted while the directory was looked at: no event tells of that any more.
  if (signal?.aborted === true) change();
  const more = async (): Promise<boolean> => {
    if (!changed) await new Promise<void>((resolve) => (wake = resolve));
    changed = false;
    return signal?.aborted !== true && (await ports.files.stat(root)) !== undefined;
  };
  try {
    const newest = await newestInJournal(ports, root);
    if (since > newest)
      throw new WindlassError('EVENTS_FORGOTTEN', `the journal ends with event ${newest}, before ${since}: it is not the one that told of that`, {
        cure: 'take a new snapshot of the status and go on from its sequence',
      });
    for await (const event of journalAfter(ports, root, since, more)) {
      if (signal?.aborted === true) return;
      yield event;
    }
  } finally {
    stopWatching();
    signal?.removeEventListener('abort', change);
  }
}
