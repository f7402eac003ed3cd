import type { Chart } from './chart.js';
import type { DrawnEdge } from './drawn-edges.js';
import type { Flow } from './flow.js';
import type { StateTree } from './state-tree.js';

/** Where a leg meets something: a node of the layout, and the frame at whose border the line stops. */
export interface Anchor {
  readonly node: string;
  readonly kind: 'state' | 'label' | 'point';
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
  /** Does it lead to the very next state? Such lines make the spine of a picture. */
  readonly spine: boolean;
  readonly weight: number;
}

/** The point at the foot of a frame from which edges leave it. */
export const footOf = (id: string): string => `foot:${id}`;
/** The point at the head of a frame in which no single state stands above all others. */
export const headOf = (id: string): string => `head:${id}`;

/** The legs of all edges. A frame is entered at its topmost state, or at a point of its own above several. */
export function planLegs(chart: Chart, tree: StateTree, edges: readonly DrawnEdge[], flow: Flow): readonly Leg[] {
  const draft = legsBetween(tree, edges, flow, entries(chart, flow, () => false));
  const leaves = (id: string): readonly string[] => (tree.isFrame(id) ? tree.children(id).flatMap((child) => leaves(child.id)) : [id]);
  const needsHead = (id: string): boolean => topmost(draft, leaves(id)).length > 1;
  return legsBetween(tree, edges, flow, entries(chart, flow, needsHead));
}

/** The leaves above which nothing else of them stands. */
export function topmost(legs: readonly Leg[], leaves: readonly string[]): readonly string[] {
  const inside = new Set(leaves);
  const sources = new Map<string, string[]>();
  for (const { edge, upper, lower } of legs) {
    if (lower.kind === 'label' && upper.kind === 'state') sources.set(edge, [...(sources.get(edge) ?? []), upper.node]);
  }
  const below = new Set(legs.flatMap(({ edge, upper, lower }) => (upper.kind === 'label' && (sources.get(edge) ?? []).some((node) => inside.has(node)) ? [lower.node] : [])));
  return leaves.filter((leaf) => !below.has(leaf));
}

/** Where the lines from above end, for each state. */
function entries(chart: Chart, flow: Flow, needsHead: (id: string) => boolean): ReadonlyMap<string, Anchor> {
  const top = new Map<string, Anchor>();
  // Children come after their parents in a chart, so from the end each child is known before its parent asks.
  for (const { id, children } of [...chart.states].reverse()) {
    const first = flow.first(id);
    const inner = first === undefined ? undefined : top.get(first);
    if (children.length > 0 && needsHead(id)) top.set(id, { node: headOf(id), kind: 'point', clip: id });
    else top.set(id, inner ? { ...inner, clip: id } : { node: id, kind: 'state' });
  }
  return top;
}

function legsBetween(tree: StateTree, edges: readonly DrawnEdge[], flow: Flow, top: ReadonlyMap<string, Anchor>): readonly Leg[] {
  const upperEnd = (id: string): Anchor => top.get(id) ?? { node: id, kind: 'state' };
  const lowerEnd = (id: string): Anchor => (tree.isFrame(id) ? { node: footOf(id), kind: 'point', clip: id } : { node: id, kind: 'state' });

  return edges.flatMap((edge): readonly Leg[] => {
    const { id, source, common, targets } = edge;
    const label: Anchor = { node: id, kind: 'label' };
    // What lies in one frame keeps together; lines between frames may be longer.
    const tightness = 1 + 3 * tree.depth(common);
    const goesDown = (target: string): boolean => source === common || flow.isDown(common, source, target);
    const leg = (name: string, down: boolean, from: (above: boolean) => Anchor, last: boolean, weight: number): Leg => {
      // A last leg hangs on the label; a first leg holds it.
      const [upper, lower] = last === down ? [label, from(false)] : [from(true), label];
      return { id: name, edge: id, upper, lower, upwards: !down, last, spine, weight: weight * tightness };
    };
    const spine = targets.some((target) => flow.follows(common, source, target));
    const ofState = (state: string) => (above: boolean) => (above ? lowerEnd(state) : upperEnd(state));
    const first = edge.shape === 'inward' ? [] : [leg(`${id}#from`, targets.some(goesDown), ofState(source), false, 2)];
    const rest = targets.map((target, index) => {
      return leg(`${id}#to${index}`, goesDown(target), ofState(target), true, flow.follows(common, source, target) ? 6 : 1);
    });
    return [...first, ...rest];
  });
}
