import type { Chart, ChartTransition, TransitionKind } from './chart.js';
import type { StateTree } from './state-tree.js';

/** Where an edge runs: between states, from a frame to something in it, or from something in a frame up to it. */
export type EdgeShape = 'across' | 'inward' | 'outward';

/** All transitions with one source and the same targets: they share a line and stack their labels. */
export interface DrawnEdge {
  /** `edge:<source>><targets>`; survives into the SVG. */
  readonly id: string;
  readonly source: string;
  readonly targets: readonly string[];
  readonly shape: EdgeShape;
  /** The innermost frame that holds both ends; the label stands in it. */
  readonly frame: string;
  readonly kind: TransitionKind;
  readonly transitions: readonly ChartTransition[];
}

/** The transitions that are drawn as lines, one edge per pair of states, in document order. */
export function drawnEdges(chart: Chart, tree: StateTree): readonly DrawnEdge[] {
  const groups = new Map<string, ChartTransition[]>();
  for (const transition of chart.transitions.filter((each) => !staysInBox(each))) {
    const key = `edge:${transition.source}>${transition.targets.join('+')}`;
    groups.set(key, [...(groups.get(key) ?? []), transition]);
  }
  return [...groups].flatMap(([id, transitions]) => {
    const [first] = transitions;
    if (!first) return [];
    const { source, targets } = first;
    const frame = tree.common([source, ...targets]);
    const shape = frame === source ? 'inward' : targets.includes(frame) ? 'outward' : 'across';
    return [{ id, source, targets, shape, frame, kind: commonKind(transitions), transitions }];
  });
}

/** Told in the box of its state: it has no target, or its target is the state itself. */
export function staysInBox({ source, targets }: ChartTransition): boolean {
  return targets.every((target) => target === source);
}

/** A line with labels of several kinds takes the plain stroke, and each label keeps its own colour. */
function commonKind(transitions: readonly ChartTransition[]): TransitionKind {
  const kinds = new Set(transitions.map(({ kind }) => kind));
  const [only = 'event'] = kinds;
  return kinds.size === 1 ? only : 'event';
}
