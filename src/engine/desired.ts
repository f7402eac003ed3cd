/** From documents to what machines decide by. Pure. */
import type { WantedDomain } from '../actors/world.js';
import type { DesiredDomain } from '../machines/domain/context.js';

export function desiredOf({ anchorKey, document, generation }: WantedDomain): DesiredDomain {
  const { deadlines, memory, onChange, power, probes, restart } = document.spec;
  return { power, removed: false, generation, anchorKey, onChange, memory: memory.size, restart, whenUnresponsive: probes.live?.onFailure ?? 'report', deadlines };
}

/** What a domain is told when no document names it any more: its last document still says how long its rungs may take. */
export function undesired(last: DesiredDomain): DesiredDomain {
  return { ...last, power: 'halted', removed: true };
}

/** A generation is one more whenever the spec says something else than before. */
export function nextGeneration(before: { readonly same: boolean; readonly generation: number } | undefined): number {
  if (before === undefined) return 1;
  return before.same ? before.generation : before.generation + 1;
}
