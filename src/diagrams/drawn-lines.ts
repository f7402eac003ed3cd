import type { Point } from './geometry.js';

/** Lines nearer than about this, in pixels, are hard to tell apart; those nearer than the second look like one. */
const [near, merged] = [6, 2.5];

/** What is drawn already, as grids in which a point finds the lines near it at once. */
export class DrawnLines {
  private readonly nearby = new Grid(near);
  private readonly under = new Grid(merged);
  private count = 0;

  add(points: readonly Point[]): void {
    for (const point of points) {
      this.nearby.mark(point, this.count);
      this.under.mark(point, this.count);
    }
    this.count += 1;
  }

  /** What it costs to be seen beside the others: little for a crossing, and as much as a detour for running along. */
  cost(points: readonly Point[]): number {
    return points.reduce((sum, point) => sum + this.nearby.count(point) * 7 + this.under.count(point) * 16, 0);
  }
}

/** Which lines come near to a place: each point marks its cell and the eight round it. */
class Grid {
  private readonly cells = new Map<number, Set<number>>();

  constructor(private readonly size: number) {}

  mark({ x, y }: Point, line: number): void {
    const [column, row] = [Math.floor(x / this.size), Math.floor(y / this.size)];
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        const key = keyOf(column + dx, row + dy);
        const found = this.cells.get(key);
        if (found) found.add(line);
        else this.cells.set(key, new Set([line]));
      }
    }
  }

  count({ x, y }: Point): number {
    return this.cells.get(keyOf(Math.floor(x / this.size), Math.floor(y / this.size)))?.size ?? 0;
  }
}

/** No picture is a hundred thousand cells high. */
function keyOf(column: number, row: number): number {
  return column * 100_003 + row;
}
