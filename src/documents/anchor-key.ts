import type { DomainDocument, DomainSpec } from './domain-spec.js';
import { specDigest } from './spec-digest.js';

/** Fields that the engine itself serves: they change under a living anchor without its notice. */
const engineFields = ['power', 'restart', 'onChange', 'probes', 'deadlines', 'memoryOverhead'] as const satisfies readonly (keyof DomainSpec)[];

/**
 * Digest of all that an anchor is built from. It is built for `memory.max`; how much of that the guest has is changed as it runs, and where
 * a hypervisor cannot do that, it refuses a size that is less.
 */
export function anchorKeyOf(document: DomainDocument): string {
  const { max } = document.spec.memory;
  const spec: Partial<DomainSpec> = { ...document.spec, memory: { size: max, max } };
  for (const field of engineFields) Reflect.deleteProperty(spec, field);
  return specDigest({ ...document, metadata: { ...document.metadata, labels: {} }, spec: spec as DomainSpec });
}
