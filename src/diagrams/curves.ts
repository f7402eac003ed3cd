import type { Point } from './geometry.js';

/** A path of cubic Bézier segments as one list: a start, then three points a segment. */
export type Path = readonly Point[];

/**
 * From one height to another, leaving and arriving upright: an S where there is height enough for it, and a step
 * with round corners where there is not. `at` says how far down the step is.
 */
export function swing(from: Point, to: Point, at = 0.5): Path {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  if (dy >= Math.abs(dx) * 0.42) return [from, { x: from.x, y: from.y + dy / 2 }, { x: to.x, y: to.y - dy / 2 }, to];
  return stepped(from, to, at);
}

/** A step with round corners, at a part of the way down. */
export function stepped(from: Point, to: Point, at: number): Path {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const radius = Math.min(12, dy * at, dy * (1 - at), Math.abs(dx) / 2);
  const side = Math.sign(dx) * radius;
  const level = from.y + dy * at;
  const [leave, arrive] = [{ x: from.x, y: level - radius }, { x: to.x, y: level + radius }];
  const [out, back] = [{ x: from.x + side, y: level }, { x: to.x - side, y: level }];
  return chain(straight(from, leave), corner(leave, { x: from.x, y: level }, out), straight(out, back), corner(back, { x: to.x, y: level }, arrive), straight(arrive, to));
}

/** Very nearly a quarter of a circle. */
function corner(from: Point, through: Point, to: Point): Path {
  const pull = (end: Point): Point => ({ x: end.x + (through.x - end.x) * 0.55, y: end.y + (through.y - end.y) * 0.55 });
  return [from, pull(from), pull(to), to];
}

export function straight(from: Point, to: Point): Path {
  const third = (part: number): Point => ({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
  return [from, third(1 / 3), third(2 / 3), to];
}

/** Paths put end to end; each starts where the one before it ends. */
export function chain(...paths: readonly Path[]): Path {
  const joined: Point[] = [];
  for (const path of paths) {
    for (const [index, point] of path.entries()) if (index > 0 || joined.length === 0) joined.push(point);
  }
  return joined;
}

/** The least that the path can measure: its segments, each as the crow flies. */
export function leastLength(path: Path): number {
  return lengthOf(path.filter((_point, index) => index % 3 === 0));
}

/** Points along the path, close enough together that nothing a line could hit lies between two of them. */
export function sample(path: Path, every = 7): readonly Point[] {
  const points: Point[] = path[0] ? [path[0]] : [];
  for (let start = 0; start + 3 < path.length; start += 3) {
    const [a, b, c, d] = [path[start], path[start + 1], path[start + 2], path[start + 3]];
    if (!a || !b || !c || !d) continue;
    const reach = Math.hypot(b.x - a.x, b.y - a.y) + Math.hypot(c.x - b.x, c.y - b.y) + Math.hypot(d.x - c.x, d.y - c.y);
    const steps = Math.max(2, Math.ceil(reach / every));
    for (let step = 1; step <= steps; step += 1) points.push(pointAt(a, b, c, d, step / steps));
  }
  return points;
}

/** The length of a line of straight pieces. */
export function lengthOf(points: readonly Point[]): number {
  return points.reduce((sum, { x, y }, index) => sum + (index === 0 ? 0 : Math.hypot(x - (points[index - 1]?.x ?? x), y - (points[index - 1]?.y ?? y))), 0);
}

function pointAt(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const u = 1 - t;
  const [ka, kb, kc, kd] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
  return { x: ka * a.x + kb * b.x + kc * c.x + kd * d.x, y: ka * a.y + kb * b.y + kc * c.y + kd * d.y };
}
