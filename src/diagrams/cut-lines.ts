import type { Detail } from './edge-label.js';
import { lineTo } from './drawn-edges.js';
import type { Geometry } from './geometry.js';
import type { Plan } from './plan.js';
import { lengthOf, sample } from './curves.js';

/** How long a line may be, in pixels, before the eye loses it. */
const followable: Readonly<Record<Detail, number>> = { overview: 820, detail: 900 };

/**
 * The lines that are too long to follow. In their place a stub beside the source names the target, which also lets
 * the picture close up. Each state keeps the
 * shortest line that leads to it, unless the machine starts there.
 */
export function farLines(plan: Plan, { curves }: Geometry): ReadonlySet<string> {
  const lengths = new Map([...curves].map(([id, { points }]) => [id, lengthOf(points.length > 0 ? sample(points, 20) : [])]));
  const lines = plan.labels.flatMap(({ edge }) =>
    edge.targets.flatMap((target, index) => {
      const id = lineTo(edge.id, index);
      return edge.cut[index] === true ? [] : [{ id, target, length: (lengths.get(`${edge.id}#from`) ?? 0) + (lengths.get(id) ?? 0) }];
    }),
  );
  const incoming = new Map<string, number>();
  for (const { target } of lines) incoming.set(target, (incoming.get(target) ?? 0) + 1);
  const far = new Set<string>();
  for (const { id, target, length } of [...lines].sort((a, b) => b.length - a.length)) {
    const others = (incoming.get(target) ?? 0) - 1;
    if (length <= followable[plan.detail] || (others < 1 && !plan.tree.root.initial.includes(target))) continue;
    incoming.set(target, others);
    far.add(id);
  }
  return far;
}
