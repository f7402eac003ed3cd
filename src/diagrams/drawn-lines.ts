import type { Point } from './geometry.js';

/** Lines that come nearer than about this, in pixels, are hard to tell apart. */
const cell = 6;

/** What is drawn already, as a grid in which a point finds the lines near it at once. */
export class DrawnLines {
  private readonly cells = new Map<number, Set<number>>();
  private count = 0;

  add(points: readonly Point[]): void {
    for (const { x, y } of points) {
      const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
      for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) this.at(column + dx, row + dy).add(this.count);
    }
    this.count += 1;
  }

  /**
   * How many points of a line have another line near them, counted once for each of the others. A crossing is near at
   * a few points; running along another line is near at many.
   */
  nearness(points: readonly Point[]): number {
    return points.reduce((sum, { x, y }) => sum + (this.cells.get(keyOf(Math.floor(x / cell), Math.floor(y / cell)))?.size ?? 0), 0);
  }

  private at(column: number, row: number): Set<number> {
    const key = keyOf(column, row);
    const found = this.cells.get(key) ?? new Set<number>();
    this.cells.set(key, found);
    return found;
  }
}

/** No picture is a hundred thousand cells high. */
function keyOf(column: number, row: number): number {
  return column * 100_003 + row;
}
