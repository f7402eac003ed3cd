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
  /** The innermost frame that holds both ends. */
  readonly common: string;
  /** The frame in which the label stands: the common one, or that round the source if all lines are cut. */
  readonly frame: string;
  /** For each target: does the line end in a stub that names it? */
  readonly cut: readonly boolean[];
  readonly kind: TransitionKind;
  readonly transitions: readonly ChartTransition[];
}

/** Names the line from an edge to one of its targets. */
export const lineTo = (edge: string, target: number): string => `${edge}#to${target}`;

/**
 * The transitions that are drawn as lines, one edge per pair of states, in document order. `far` names the lines
 * (by `lineTo`) that would be too long to follow.
 */
export function drawnEdges(chart: Chart, tree: StateTree, far: ReadonlySet<string> = new Set()): readonly DrawnEdge[] {
  const groups = new Map<string, ChartTransition[]>();
  for (const transition of chart.transitions.filter((each) => !staysInBox(each))) {
    const key = `edge:${transition.source}>${transition.targets.join('+')}`;
    groups.set(key, [...(groups.get(key) ?? []), transition]);
  }
  return [...groups].flatMap(([id, transitions]) => {
    const [first] = transitions;
    if (!first) return [];
    const { source, targets } = first;
    const common = tree.common([source, ...targets]);
    const shape = common === source ? 'inward' : targets.includes(common) ? 'outward' : 'across';
    // From the inside of a frame no line can end at the frame.
    const cut = targets.map((target, index) => target === common || far.has(lineTo(id, index)));
    const frame = shape !== 'inward' && cut.every(Boolean) ? (tree.get(source).parent ?? common) : common;
    return [{ id, source, targets, shape, common, frame, cut, kind: commonKind(transitions), transitions }];
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
