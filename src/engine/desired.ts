/** From documents to what machines decide by. Pure. */
import type { WantedDomain } from '../actors/world.js';
import type { DomainDocument, DomainSpec } from '../documents/domain-spec.js';
import { specDigest } from '../documents/spec-digest.js';
import type { DesiredDomain } from '../machines/domain/context.js';

/** Fields that the engine itself serves: they change under a living anchor without its notice. */
export const engineFields = ['power', 'restart', 'onChange', 'probes', 'deadlines', 'memoryOverhead'] as const satisfies readonly (keyof DomainSpec)[];

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

export function desiredOf({ anchorKey, document, generation }: WantedDomain): DesiredDomain {
  const { deadlines, memory, onChange, power, probes, restart } = document.spec;
  return { power, removed: false, generation, anchorKey, onChange, memory: memory.size, restart, whenUnresponsive: probes.live?.onFailure ?? 'report', deadlines };
}

/** What a domain is told when no document names it any more: its last document still says how long its rungs may take. */
export function undesired(last: DesiredDomain): DesiredDomain {
  return { ...last, power: 'halted', removed: true };
}

/** A generation is one more whenever the spec says something else than before. */
export function nextGeneration(digest: string, before: { readonly digest: string; readonly generation: number } | undefined): number {
  if (before === undefined) return 1;
  return before.digest === digest ? before.generation : before.generation + 1;
}
