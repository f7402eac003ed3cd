import type { Chart, ChartTransition, TransitionKind } from './chart.js';
import type { StateTree } from './state-tree.js';

/** Where an edge runs: between states, or from a frame to something in it. */
export type EdgeShape = 'across' | 'inward';

/** All transitions with one source and the same targets: they share a line, or a row in the source's box, and stack their labels. */
export interface DrawnEdge {
  /** `edge:<source>><targets>`; survives into the SVG. */
  readonly id: string;
  readonly source: string;
  readonly targets: readonly string[];
  readonly shape: EdgeShape;
  /** The innermost frame that holds both ends; the label stands in it. */
  readonly common: string;
  readonly kind: TransitionKind;
  readonly transitions: readonly ChartTransition[];
}

/** What moves from state to state: as lines between boxes, and as rows in the box of their source that name the target. */
export interface Edges {
  readonly lines: readonly DrawnEdge[];
  readonly exits: readonly DrawnEdge[];
}

/**
 * The transitions that move, one edge per pair of states, in document order. `told` names those that are rows and no
 * lines. From the inside of a frame no line can end at the frame, so such are rows always.
 */
export function drawnEdges(chart: Chart, tree: StateTree, told: ReadonlySet<string> = new Set()): Edges {
  const groups = new Map<string, ChartTransition[]>();
  for (const transition of chart.transitions.filter((each) => !staysInBox(each))) {
    const key = `edge:${transition.source}>${transition.targets.join('+')}`;
    groups.set(key, [...(groups.get(key) ?? []), transition]);
  }
  const edges = [...groups].flatMap(([id, transitions]): readonly DrawnEdge[] => {
    const [first] = transitions;
    if (!first) return [];
    const { source, targets } = first;
    const common = tree.common([source, ...targets]);
    return [{ id, source, targets, shape: common === source ? 'inward' : 'across', common, kind: commonKind(transitions), transitions }];
  });
  const isExit = ({ id, targets, common }: DrawnEdge): boolean => told.has(id) || targets.includes(common);
  return { lines: edges.filter((edge) => !isExit(edge)), exits: edges.filter(isExit) };
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
