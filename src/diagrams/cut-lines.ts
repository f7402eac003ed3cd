import type { Detail } from './edge-label.js';
import type { Plan } from './plan.js';
import type { LegEnds } from './ports.js';

/** How long a line may be, in pixels, before the eye loses it. */
const followable: Readonly<Record<Detail, number>> = { overview: 820, detail: 900 };

/**
 * The edges whose lines would be too long to follow. A row in the box of their source names the target instead, which
 * also lets the picture close up. Each state keeps the shortest line that leads to it,
 * unless the machine starts there, and lines to the very next state stay.
 */
export function farEdges({ labels, legs, tree, detail }: Plan, ends: readonly LegEnds[]): ReadonlySet<string> {
  const lengths = new Map<string, number>();
  for (const { leg, upper, lower } of ends) lengths.set(leg.edge, (lengths.get(leg.edge) ?? 0) + Math.abs(lower.x - upper.x) + Math.abs(lower.y - upper.y));
  const spine = new Set(legs.filter((leg) => leg.spine).map(({ edge }) => edge));
  const edges = labels.map(({ edge: { id, targets } }) => ({ id, targets, length: lengths.get(id) ?? 0 }));
  const incoming = new Map<string, number>();
  for (const target of edges.flatMap(({ targets }) => targets)) incoming.set(target, (incoming.get(target) ?? 0) + 1);
  const far = new Set<string>();
  for (const { id, targets, length } of [...edges].sort((a, b) => b.length - a.length)) {
    const needed = targets.some((target) => (incoming.get(target) ?? 0) < 2 && !tree.root.initial.includes(target));
    if (length <= followable[detail] || needed || spine.has(id)) continue;
    for (const target of targets) incoming.set(target, (incoming.get(target) ?? 0) - 1);
    far.add(id);
  }
  return far;
}
