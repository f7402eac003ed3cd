import { hostPorts } from '../effects/host-ports.js';
import type { WindlassEvent } from '../status/events.js';
import type { FollowOptions } from '../status/follow-journal.js';
import { followJournal } from '../status/follow-journal.js';

/**
 * Follows the events of a state directory from any process that may read it, whether an engine runs or not: those after `since` that
 * the journal holds, then each new one. Goes on when the engine is restarted. Ends when the signal is aborted, or the directory is
 * removed. Throws STATE_ABSENT without a state directory, and EVENTS_FORGOTTEN where the journal has no longer, or never had, what
 * comes after `since`: take a new snapshot with `readState` then, and go on from its `sequence`.
 */
export async function* followEvents(stateDirectory: string, options: FollowOptions = {}): AsyncGenerator<WindlassEvent, void, undefined> {
  await using ports = hostPorts();
  yield* followJournal(ports, stateDirectory, options);
}
