import type { DrawnEdge } from './drawn-edges.js';
import type { Plan } from './plan.js';

/**
 * The lines between states that are outcomes of one and the same effect: `✓ reap` leads to halted, backoff or failed,
 * and each of these has a way to the others. Told in words they let the outcomes stand side by side, which makes a
 * tall picture lower, and shows at one glance how it can end.
 */
export function linesBetweenOutcomes({ labels }: Plan): ReadonlySet<string> {
  const edges = labels.map(({ edge }) => edge);
  const outcomes = new Map<string, Set<string>>();
  for (const { source, targets, transitions } of edges) {
    for (const { kind, event } of transitions) {
      if (kind !== 'done') continue;
      const key = JSON.stringify([source, event]);
      outcomes.set(key, new Set([...(outcomes.get(key) ?? []), ...targets]));
    }
  }
  const between = ({ source, targets }: DrawnEdge): boolean => [...outcomes.values()].some((all) => all.has(source) && targets.every((target) => all.has(target)));
  return new Set(edges.filter(between).map(({ id }) => id));
}
