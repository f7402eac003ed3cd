import type { Plan } from './plan.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its upper left corner; y grows downwards. */
export interface Rect extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line: a start and cubic Bézier segments, and the tip of the arrow beyond one end. */
export interface Curve {
  readonly points: readonly Point[];
  readonly tip?: Point;
}

/** Where everything stands. Keys are the ids of states and edges. */
export interface Geometry {
  /** The rectangle that holds it all. */
  readonly extent: Rect;
  readonly boxes: ReadonlyMap<string, Rect>;
  readonly labels: ReadonlyMap<string, Rect>;
}

/** The same with the lines: keys are the ids of legs, and each curve runs from the upper end to the lower. */
export interface RoutedGeometry extends Geometry {
  readonly curves: ReadonlyMap<string, Curve>;
}

interface Thing {
  readonly name: string;
  readonly pos?: string;
  readonly bb?: string;
  readonly width?: string;
  readonly height?: string;
}

/** Reads the JSON of Graphviz (laid out with y downwards). */
export function readGeometry(json: unknown, plan: Plan, markerWidth: number): Geometry {
  const { bb = '', objects = [] } = json as { bb?: string; objects?: readonly Thing[] };
  const rects = new Map(objects.map((thing) => [thing.name, thing.bb === undefined ? nodeRect(thing) : bounds(thing.bb)]));
  const boxes = new Map<string, Rect>();
  for (const { state, width, marked } of plan.boxes.values()) {
    const rect = rects.get(plan.tree.isFrame(state.id) ? `cluster_${state.id}` : state.id);
    if (!rect || state.id === plan.tree.root.id) continue;
    const shifted = marked && !plan.tree.isFrame(state.id);
    boxes.set(state.id, shifted ? { ...rect, x: rect.x + markerWidth, width } : rect);
  }
  return {
    extent: bounds(bb),
    boxes,
    labels: new Map(plan.labels.flatMap(({ edge, above, height }) => {
      const rect = rects.get(edge.id);
      return rect ? [[edge.id, { ...rect, y: rect.y + above, height }] as const] : [];
    })),
  };
}

function nodeRect({ pos = '0,0', width = '0', height = '0' }: Thing): Rect {
  const { x, y } = readPoint(pos);
  const [w, h] = [Number(width) * 72, Number(height) * 72];
  return { x: x - w / 2, y: y - h / 2, width: w, height: h };
}

function bounds(bb: string): Rect {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = bb.split(',').map(Number);
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
}

function readPoint(text: string): Point {
  const [x = 0, y = 0] = text.split(',').map(Number);
  return { x, y };
}
