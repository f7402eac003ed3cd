/** The engine's own part of an anchor's record: what a later engine needs to go on as if it had never been away. */
import { z } from 'zod';
import type { Claim } from '../hypervisor-adapters/contract/claim.js';
import { anchorKeyOf } from '../documents/anchor-key.js';
import type { DomainDocument } from '../documents/domain-spec.js';
import { completeRecorded } from '../documents/recorded-document.js';
import { sameSpec } from '../documents/spec-digest.js';
import { WindlassError } from '../errors.js';
import type { DomainEnd } from '../machines/domain/ends.js';
import { rungs } from '../machines/observations.js';
import type { Rung } from '../machines/observations.js';
import type { PlacementStatus } from '../status/status.js';

/** JSON, kept in `anchor.json`. */
export interface RunDetails {
  readonly generation: number;
  /** What the anchor was built from, with the defaults of the engine that reads it. */
  readonly document: DomainDocument;
  readonly anchorKey: string;
  readonly ladder: readonly Rung[];
  readonly claims: readonly Claim[];
  readonly placement: PlacementStatus;
  /** Arguments of the anchor, for the evidence bundle. */
  readonly argv: readonly string[];
  /** Failed runs before this one. */
  readonly failures: number;
  /** How the last run ended. */
  readonly end: DomainEnd | null;
  /** Why the present run is being ended; absent while it is not. */
  readonly ending?: DomainEnd | null | undefined;
}

/** What a record says of a run; its document is as the engine that wrote it has read it, and may lack what the schema has gained since. */
export interface RecordedRun extends Omit<RunDetails, 'document' | 'anchorKey'> {
  readonly recorded: Pick<RunDetails, 'document' | 'anchorKey'>;
}

const end = z.looseObject({ cause: z.string(), generation: z.int() });

/** Only what decides anything is checked: the rest is what this engine, or one like it, wrote. */
const shape = z.looseObject({
  generation: z.int().nonnegative(),
  document: z.looseObject({ metadata: z.looseObject({ name: z.string() }), spec: z.looseObject({ deadlines: z.looseObject({}), restart: z.looseObject({}) }) }),
  anchorKey: z.string(),
  ladder: z.array(z.enum(rungs)),
  claims: z.array(z.looseObject({ kind: z.string(), id: z.string(), mode: z.enum(['exclusive', 'shared']) })),
  placement: z.looseObject({ hypervisor: z.string(), memoryBytes: z.number() }),
  argv: z.array(z.string()),
  failures: z.int().nonnegative(),
  end: end.nullable(),
  ending: end.nullish(),
});

/** Throws RECORD_FOREIGN for a record that no engine like this one wrote: nothing is done with its anchor then. */
export function readRecordedRun(record: object): RecordedRun {
  const parsed = shape.safeParse(record);
  if (!parsed.success) throw new WindlassError('RECORD_FOREIGN', `the anchor's record is not one of this engine: ${z.prettifyError(parsed.error)}`);
  // Checked above as far as decisions go. Its own fields, and not those that were parsed: they stand in the order in which they were written.
  const { anchorKey, document, ...run } = record as RunDetails;
  return { ...run, recorded: { document, anchorKey } };
}

/**
 * The run with its document as this engine would have read it. `like` is what somebody wants of the domain now, read by this engine: where the
 * record says the same, that is it, and nothing has to be read again.
 */
export function completedRun({ recorded, ...run }: RecordedRun, like?: Pick<RunDetails, 'document' | 'anchorKey'>): RunDetails {
  if (like !== undefined && JSON.stringify(recorded.document) === JSON.stringify(like.document)) return { ...run, document: like.document, anchorKey: like.anchorKey };
  const document = completeRecorded(recorded.document);
  return document === undefined ? { ...run, ...recorded } : { ...run, document, anchorKey: anchorKeyOf(document) };
}

/** Does it say what this document says, which this engine has read? */
export function isRunOf(run: RecordedRun, document: DomainDocument): boolean {
  return sameSpec(run.recorded.document, document) || sameSpec(completedRun(run).document, document);
}

/** Both at once. Throws as `readRecordedRun` does. */
export function readRunDetails(record: object, like?: Pick<RunDetails, 'document' | 'anchorKey'>): RunDetails {
  return completedRun(readRecordedRun(record), like);
}
