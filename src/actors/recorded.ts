import { readRecord, updateRecord } from '../anchors/record.js';
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import type { AnchorFacts } from '../machines/domain/context.js';
import type { RunDetails } from './run-details.js';
import type { DomainHandles } from './world.js';

/**
 * Writes into the record of a living anchor what has changed without a launch, after what is being written already; a record that is of
 * another anchor by then, or cannot be written now, stays as it was. Never rejects.
 */
export async function recordChanges(ports: Ports, handles: DomainHandles, anchor: AnchorFacts, changes: Partial<RunDetails>): Promise<void> {
  const { built } = handles;
  if (built === undefined) return;
  handles.built = { ...built, ...changes };
  await recordFirst(ports, handles, anchor, changes).catch(() => undefined);
}

/** The same for what must be on record before anything is done: rejects where it is not, and then nothing is changed here either. */
export async function recordFirst(ports: Ports, handles: DomainHandles, anchor: AnchorFacts, changes: Partial<RunDetails>): Promise<void> {
  const { home } = handles;
  const writing = handles.recording.then(async () => {
    const reading = home === undefined ? undefined : await readRecord(ports, home.layout);
    const record = reading?.state === 'read' ? reading.record : undefined;
    if (home === undefined || record?.identity?.startTime !== anchor.startTime || record.identity.pid !== anchor.pid) {
      throw new WindlassError('RECORD_FOREIGN', 'the record of the anchor is not there, or is of another', { domain: handles.name, retryable: true });
    }
    await updateRecord(ports, home.layout, record, changes);
    if (handles.built !== undefined) handles.built = { ...handles.built, ...changes };
  });
  handles.recording = writing.catch(() => undefined);
  await writing;
}
