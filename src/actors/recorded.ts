import { readRecord, updateRecord } from '../anchors/record.js';
import type { Ports } from '../effects/ports.js';
import type { AnchorFacts } from '../machines/domain/context.js';
import type { RunDetails } from './run-details.js';
import type { DomainHandles } from './world.js';

/**
 * Writes into the record of a living anchor what has changed without a launch, after what is being written already; a record that is of
 * another anchor by then, or cannot be written now, stays as it was. Never rejects.
 */
export async function recordChanges(ports: Ports, handles: DomainHandles, anchor: AnchorFacts, changes: Partial<RunDetails>): Promise<void> {
  const { built, home } = handles;
  if (built === undefined || home === undefined) return;
  handles.built = { ...built, ...changes };
  handles.recording = handles.recording
    .then(async () => {
      const reading = await readRecord(ports, home.layout);
      if (reading.state !== 'read' || reading.record.identity?.startTime !== anchor.startTime || reading.record.identity.pid !== anchor.pid) return;
      await updateRecord(ports, home.layout, reading.record, changes);
    })
    .catch(() => undefined);
  await handles.recording;
}
