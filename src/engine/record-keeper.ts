/**
 * Keeps the record of a living anchor true where the machine's facts change without a launch: a generation that was applied live, and
 * failures that were forgiven. Without it the next engine would count generations backwards and remember old failures.
 */
import { recordChanges } from '../actors/recorded.js';
import type { DomainHandles } from '../actors/world.js';
import type { Ports } from '../effects/ports.js';
import type { DomainContext } from '../machines/domain/context.js';

export type RecordKeeper = (handles: DomainHandles, context: DomainContext) => void;

/** The machine took a step. Writes behind its back, one after the other; a record that cannot be written now stays as it was. */
export function createRecordKeeper(ports: Ports): RecordKeeper {
  return (handles, { anchor, built, ending, exit, failures }) => {
    const { built: recorded, home, wanted } = handles;
    // A run that is being ended is written of by those who end it.
    if (ending) return;
    if (anchor === null || exit !== null || built === null || recorded === undefined || home === undefined || wanted === undefined) return;
    if (built.anchorKey !== recorded.anchorKey || wanted.generation !== built.generation) return;
    if (built.generation === recorded.generation && failures === recorded.failures) return;
    void recordChanges(ports, handles, anchor, { generation: built.generation, document: wanted.document, failures });
  };
}
