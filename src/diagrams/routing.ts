import { chain, leastLength, lengthOf, sample, stepped, straight, swing, type Path } from './curves.js';
import type { Curve, Geometry, Point, Rect } from './geometry.js';
import { hits, inTheWay, obstaclesOf } from './obstacles.js';
import { DrawnLines } from './drawn-lines.js';
import { legEnds, type LegEnds } from './ports.js';
import type { Plan } from './plan.js';

const arrow = 9;

/** The lines by the ids of their legs, and the edges for which there is no way that is clear of everything. */
export interface Routes {
  readonly curves: ReadonlyMap<string, Curve>;
  readonly blocked: ReadonlySet<string>;
  readonly extent: Rect;
}

/**
 * Draws the lines between what is placed. They leave and arrive upright, at ports of their own, run straight where
 * they can, and keep clear of boxes, labels and one another. The shortest are drawn first.
 */
export function routeLegs(plan: Plan, geometry: Geometry): Routes {
  const obstacles = obstaclesOf(plan, geometry);
  const curves = new Map<string, Curve>();
  const blocked = new Set<string>();
  const drawn = new DrawnLines();
  const ends = [...legEnds(plan, geometry)].sort((a, b) => span(a) - span(b));
  for (const end of ends) {
    const walls = inTheWay(end.leg, plan, obstacles);
    const route = best(candidates(end), walls, drawn) ?? bestDetour(end, walls, geometry.extent.width, drawn);
    if (route && !tooLong(end, lengthOf(sample(route.path, 20)))) {
      drawn.add(sample(route.path));
      curves.set(end.leg.id, withTip(end, route.path));
    } else blocked.add(end.leg.edge);
  }
  return { curves, blocked, extent: extentOf(geometry.extent, curves) };
}

/** A line that goes a long way round tells less than words do. */
function tooLong(end: LegEnds, length: number): boolean {
  return !end.leg.spine && length > span(end) * 1.4 + 120;
}

function span({ upper, lower }: LegEnds): number {
  return Math.abs(lower.y - upper.y) + Math.abs(lower.x - upper.x);
}

/** The route lies between the backs of the arrows. */
function tips({ leg, upper, lower }: LegEnds): readonly [Point, Point] {
  const [up, down] = leg.last ? (leg.upwards ? [arrow, 0] : [0, arrow]) : [0, 0];
  return [{ x: upper.x, y: upper.y + up }, { x: lower.x, y: lower.y - down }];
}

function withTip({ leg, upper, lower }: LegEnds, points: Path): Curve {
  return leg.last ? { points, tip: leg.upwards ? upper : lower } : { points };
}

/** Without a detour: one bend from end to end, or an upright line with a bend at its beginning or its end. */
function candidates(end: LegEnds): readonly Path[] {
  const [from, to] = tips(end);
  const [dx, dy] = [Math.abs(to.x - from.x), to.y - from.y];
  if (dy < 6) return [];
  if (dx < 1 || (dx < 5 && dy > 30)) return [straight(from, to)];
  const bent = bends(dx).filter((bend) => bend < dy).flatMap((bend) => {
    const early = { x: to.x, y: from.y + bend };
    const late = { x: from.x, y: to.y - bend };
    const step = Math.min(0.3, 9 / bend);
    return [chain(swing(from, early), straight(early, to)), chain(straight(from, late), swing(late, to)), chain(straight(from, late), stepped(late, to, step))];
  });
  return [swing(from, to), ...bent, ...[0.2, 0.35, 0.65, 0.8].map((at) => swing(from, to, at))];
}

/** Heights in which a line can get to the side, the most comely first. */
function bends(dx: number): readonly number[] {
  const natural = Math.min(140, Math.max(26, dx * 0.55));
  return [...new Set([natural, 72, 56, 42, 30, 20].filter((height) => height <= Math.max(natural, 72)))];
}

/** By way of an upright channel beside one of the things in the way, nearest first, until no farther one can be cheaper. */
function bestDetour(end: LegEnds, walls: readonly Rect[], width: number, drawn: DrawnLines): Route | undefined {
  const [from, to] = tips(end);
  const dy = to.y - from.y;
  if (dy < 40) return undefined;
  const lanes = [11, 22, 33, 44];
  const columns = new Set(walls.flatMap(({ x, width: wide }) => lanes.flatMap((air) => [x - air, x + wide + air])).map(Math.round));
  const detour = (x: number): number => Math.abs(from.x - x) + Math.abs(x - to.x);
  const reach = Math.min(60, dy * 0.4);
  const open = (x: number): boolean => !walls.some((wall) => x > wall.x - 3 && x < wall.x + wall.width + 3 && wall.y < to.y - reach && wall.y + wall.height > from.y + reach);
  const near = [...columns].filter((x) => x > -50 && x < width + 50 && open(x)).sort((a, b) => detour(a) - detour(b) || a - b);
  let found: Route | undefined;
  for (const x of near) {
    const least = Math.hypot(dy, detour(x));
    if (tooLong(end, least) || (found && least > found.cost)) break;
    found = cheaper(found, best(ways(from, to, x), walls, drawn));
  }
  return found;
}

/** Into the channel at `x` and out of it, with the bends that there is height for. */
function ways(from: Point, to: Point, x: number): readonly Path[] {
  return bends(Math.abs(from.x - x)).flatMap((into) =>
    bends(Math.abs(to.x - x)).flatMap((outOf) => {
      const [start, stop] = [{ x, y: from.y + into }, { x, y: to.y - outOf }];
      return into + outOf > to.y - from.y ? [] : [chain(swing(from, start), straight(start, stop), swing(stop, to))];
    }),
  );
}

interface Route {
  readonly path: Path;
  readonly cost: number;
}

/** The cheapest free route: short, with few crossings, and never along another line. */
function best(paths: readonly Path[], walls: readonly Rect[], drawn: DrawnLines): Route | undefined {
  let found: Route | undefined;
  for (const path of paths) {
    if (found && leastLength(path) > found.cost) continue;
    const points = sample(path);
    if (!hits(points, walls)) found = cheaper(found, { path, cost: costOf(points, drawn) });
  }
  return found;
}

/** The earlier of two that cost the same: candidates come in order of their looks. */
function cheaper(earlier: Route | undefined, later: Route | undefined): Route | undefined {
  return !earlier || (later && later.cost < earlier.cost - 0.5) ? later : earlier;
}

function costOf(points: readonly Point[], drawn: DrawnLines): number {
  return lengthOf(points) + drawn.cost(points);
}

/** Routes may leave the rectangle that Graphviz filled. */
function extentOf({ x, y, width, height }: Rect, curves: ReadonlyMap<string, Curve>): Rect {
  const points = [...curves.values()].flatMap((curve) => sample(curve.points));
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const [left, top] = [Math.min(x, ...xs), Math.min(y, ...ys)];
  return { x: left, y: top, width: Math.max(x + width, ...xs) - left, height: Math.max(y + height, ...ys) - top };
}
