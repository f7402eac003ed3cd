import type { Geometry, Rect } from './geometry.js';
import type { Anchor, Leg } from './plan-legs.js';
import { railWidth, type Plan } from './plan.js';

/** Where a leg may touch its two ends. `x` of a port is settled together with its neighbours on the same side. */
export interface LegEnds {
  readonly leg: Leg;
  readonly upper: { x: number; readonly y: number };
  readonly lower: { x: number; readonly y: number };
}

const apart = 16;
const inset = 16;

/** A side of a box, and what wants to leave or enter there. */
interface Side {
  readonly from: number;
  readonly to: number;
  readonly wishes: { readonly wish: number; readonly settle: (x: number) => void }[];
}

/**
 * Spreads the ends of the lines along the sides of boxes, each as near as its neighbours allow to the label it
 * comes from, so that most lines are straight and none share an end.
 */
export function legEnds(plan: Plan, geometry: Geometry): readonly LegEnds[] {
  const sides = new Map<string, Side>();
  const ends = plan.legs.flatMap((leg): readonly LegEnds[] => {
    const upper = rectOf(leg.upper, plan, geometry);
    const lower = rectOf(leg.lower, plan, geometry);
    const label = geometry.labels.get(leg.edge);
    if (!upper || !lower || !label) return [];
    const wish = label.x + railWidth / 2;
    const found: LegEnds = { leg, upper: { x: wish, y: upper.y + upper.height }, lower: { x: wish, y: lower.y } };
    for (const [anchor, end, rect, name] of [[leg.upper, found.upper, upper, 'foot'], [leg.lower, found.lower, lower, 'head']] as const) {
      if (anchor.kind === 'label') continue;
      const key = `${name} ${anchor.clip ?? anchor.node}`;
      const side = sides.get(key) ?? sideOf(rect);
      side.wishes.push({ wish, settle: (x) => { end.x = x; } });
      sides.set(key, side);
    }
    return [found];
  });
  for (const side of sides.values()) spread(side);
  return ends;
}

function rectOf({ node, kind, clip }: Anchor, plan: Plan, { boxes, labels }: Geometry): Rect | undefined {
  if (kind === 'label') return labels.get(node);
  const id = clip ?? node;
  const rect = boxes.get(id);
  const border = rect && plan.tree.get(id).kind === 'final' ? 4 : 0;
  return rect && { x: rect.x, y: rect.y - border, width: rect.width, height: rect.height + 2 * border };
}

function sideOf({ x, width }: Rect): Side {
  const room = Math.min(inset, width / 2);
  return { from: x + room, to: x + width - room, wishes: [] };
}

/** Isotonic regression: as near to all wishes as an order with gaps allows. */
function spread({ from, to, wishes }: Side): void {
  const sorted = [...wishes].sort((a, b) => a.wish - b.wish);
  const gap = Math.min(apart, (to - from) / Math.max(1, sorted.length - 1));
  const groups: { sum: number; size: number }[] = [];
  for (const [index, { wish }] of sorted.entries()) {
    groups.push({ sum: Math.min(to, Math.max(from, wish)) - index * gap, size: 1 });
    for (;;) {
      const [before, last] = groups.slice(-2);
      if (!before || !last || before.sum / before.size <= last.sum / last.size) break;
      groups.splice(-2, 2, { sum: before.sum + last.sum, size: before.size + last.size });
    }
  }
  const starts = groups.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size));
  const last = to - (sorted.length - 1) * gap;
  for (const [index, { settle }] of sorted.entries()) settle(Math.min(last, Math.max(from, starts[index] ?? from)) + index * gap);
}
