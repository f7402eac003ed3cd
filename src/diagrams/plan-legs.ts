import type { Chart } from './chart.js';
import type { DrawnEdge } from './drawn-edges.js';
import type { Flow } from './flow.js';
import type { StateTree } from './state-tree.js';

/** Where a leg meets something: a node of the layout, and the frame at whose border the line stops. */
export interface Anchor {
  readonly node: string;
  readonly kind: 'state' | 'label' | 'point' | 'stub';
  readonly clip?: string;
}

/**
 * A piece of an edge: from its source to its label, or from the label to a target. It always runs downwards here;
 * `upwards` says that the reader is to follow it the other way.
 */
export interface Leg {
  readonly id: string;
  readonly edge: string;
  readonly upper: Anchor;
  readonly lower: Anchor;
  readonly upwards: boolean;
  /** Does it end at a target (and not at the label)? */
  readonly last: boolean;
  readonly weight: number;
}

/** The point at the foot of a frame from which edges leave it. */
export const footOf = (id: string): string => `foot:${id}`;
/** The point at the head of a parallel frame: no region is its first. */
export const headOf = (id: string): string => `head:${id}`;

export function planLegs(chart: Chart, tree: StateTree, edges: readonly DrawnEdge[], flow: Flow): readonly Leg[] {
  const top = new Map<string, Anchor>();
  // Children come after their parents in a chart, so from the end each child is known before its parent asks.
  for (const { id, kind } of [...chart.states].reverse()) {
    const first = flow.first(id);
    const inner = first === undefined ? undefined : top.get(first);
    if (kind === 'parallel') top.set(id, { node: headOf(id), kind: 'point', clip: id });
    else top.set(id, inner ? { ...inner, clip: id } : { node: id, kind: 'state' });
  }
  const upperEnd = (id: string): Anchor => top.get(id) ?? { node: id, kind: 'state' };
  const lowerEnd = (id: string): Anchor => (tree.isFrame(id) ? { node: footOf(id), kind: 'point', clip: id } : { node: id, kind: 'state' });

  return edges.flatMap((edge): readonly Leg[] => {
    const { id, source, frame } = edge;
    const label: Anchor = { node: id, kind: 'label' };
    const goesDown = (target: string): boolean => source === frame || target === frame || flow.isDown(frame, source, target);
    const leg = (name: string, down: boolean, from: (below: boolean) => Anchor, last: boolean, weight: number): Leg => {
      // A last leg hangs on the label; a first leg holds it.
      const [upper, lower] = last === down ? [label, from(false)] : [from(true), label];
      return { id: `${id}#${name}`, edge: id, upper, lower, upwards: !down, last, weight };
    };
    const ofState = (state: string) => (isAbove: boolean) => (isAbove ? lowerEnd(state) : upperEnd(state));
    const anyDown = edge.targets.some(goesDown);
    const first = edge.shape === 'inward' ? [] : [leg('from', anyDown, ofState(source), false, 2)];
    const rest = edge.targets.map((target, index) => {
      const stub: Anchor = { node: `stub:${id}`, kind: 'stub' };
      const next = flow.follows(frame, source, target);
      return leg(`to${index}`, goesDown(target), target === frame ? () => stub : ofState(target), true, next ? 6 : 1);
    });
    return [...first, ...rest];
  });
}
