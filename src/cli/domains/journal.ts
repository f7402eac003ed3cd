import type { StateReading, WindlassEvent } from '../../index.js';
import { followEvents } from '../../index.js';

/** Milliseconds: a journal that was cut short under the reader must not hold it for ever. */
const patience = 5_000;

/** Events that are kept, up to the newest of the reading; of one domain, or of all. */
export async function keptEvents({ sequence, stateDirectory }: StateReading, name?: string): Promise<readonly WindlassEvent[]> {
  const events: WindlassEvent[] = [];
  if (sequence === 0) return events;
  for await (const event of followEvents(stateDirectory, { since: 0, signal: AbortSignal.timeout(patience) })) {
    if (name === undefined || event.subject === name) events.push(event);
    if (event.sequence >= sequence) break;
  }
  return events;
}
