import { padding } from './box-content.js';
import type { Geometry, Point, Rect } from './geometry.js';
import type { Leg } from './plan-legs.js';
import { markerWidth, type Plan } from './plan.js';

/** Something that a line must not run over. */
export interface Obstacle {
  readonly rect: Rect;
  /** The state or edge that it belongs to. */
  readonly owner: string;
  readonly kind: 'box' | 'frame' | 'header' | 'label';
}

/** Everything in a picture that lines go round. */
export function obstaclesOf(plan: Plan, geometry: Geometry): readonly Obstacle[] {
  const states = [...geometry.boxes].flatMap(([id, rect]): readonly Obstacle[] => {
    const box = plan.boxes.get(id);
    if (!plan.tree.isFrame(id) || !box) {
      const room = box?.marked === true ? { ...rect, x: rect.x - markerWidth, width: rect.width + markerWidth } : rect;
      return [{ rect: room, owner: id, kind: 'box' }];
    }
    const header = { x: rect.x, y: rect.y, width: padding.x + box.content.width + 4, height: box.content.height + padding.y };
    return [{ rect, owner: id, kind: 'frame' }, { rect: header, owner: id, kind: 'header' }];
  });
  const labels = [...geometry.labels].map(([owner, rect]): Obstacle => ({ rect, owner, kind: 'label' }));
  return [...states, ...labels];
}

/** What is in the way of one leg: not its own ends, and not the frames that hold them. */
export function inTheWay(leg: Leg, plan: Plan, obstacles: readonly Obstacle[]): readonly Rect[] {
  const ends = [leg.upper, leg.lower];
  const own = new Set(ends.map(({ node, clip }) => clip ?? node));
  const held = new Set(ends.flatMap(({ node, kind, clip }) => (kind === 'state' || kind === 'point' ? plan.tree.lineage(clip ?? node) : [])));
  const frame = plan.labels.find(({ edge }) => edge.id === leg.edge)?.edge.common ?? plan.tree.root.id;
  const open = new Set([...plan.tree.lineage(frame), ...held].filter((id) => !own.has(id)));
  return obstacles.flatMap(({ rect, owner, kind }) => {
    if (own.has(owner)) return [];
    return kind === 'frame' && open.has(owner) ? [] : [rect];
  });
}

/** Does any of the points come nearer than `air` to any of the rectangles? */
export function hits(points: readonly Point[], rects: readonly Rect[], air = 2.5): boolean {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return rects.some(({ x, y, width, height }) => {
    const [x1, x2, y1, y2] = [x - air, x + width + air, y - air, y + height + air];
    if (right <= x1 || left >= x2 || bottom <= y1 || top >= y2) return false;
    return points.some((point) => point.x > x1 && point.x < x2 && point.y > y1 && point.y < y2);
  });
}
