/** Documents that an earlier engine read, complete as of its own schema and put on record. Pure. */
import { type DomainDocument, domainDocument } from './domain-spec.js';

/**
 * The document as this engine would have read it: what its schema has gained since is at its default. Without that, a document which says
 * what it always said would differ from what runs. Undefined where this schema does not take it: another engine meant something by it.
 */
export function completeRecorded(recorded: unknown): DomainDocument | undefined {
  const { spec, ...about } = recorded as DomainDocument;
  const { deadlines, probes, restart, ...written } = spec;
  const parsed = domainDocument.safeParse({ ...about, spec: { ...written, ...asWritten(spec) } });
  if (!parsed.success) return undefined;
  const now = parsed.data.spec;
  // Their durations are numbers by now, which nobody may write.
  const timed = { deadlines: { ...now.deadlines, ...deadlines }, probes: { ...now.probes, ...probes }, restart: { ...now.restart, ...restart } };
  return { ...parsed.data, spec: { ...now, ...timed } };
}

/** What a document says in other words than it is read as. */
function asWritten({ display }: DomainDocument['spec']): object {
  if (display?.resolution === undefined) return {};
  const { height, width } = display.resolution;
  return { display: { ...display, resolution: `${width}x${height}` } };
}
