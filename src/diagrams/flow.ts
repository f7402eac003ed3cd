import type { Chart } from './chart.js';
import type { DrawnEdge } from './drawn-edges.js';
import type { StateTree } from './state-tree.js';

/**
 * Which way is down. Every frame gets an order of its children; an edge that runs against it is laid out with its
 * ends swapped, so that it neither stretches the picture nor wraps round it. The orders of all frames together are
 * one order of all states, so the layout never sees a cycle.
 */
export class Flow {
  private readonly places = new Map<string, number>();

  constructor(
    chart: Chart,
    private readonly tree: StateTree,
    edges: readonly DrawnEdge[],
  ) {
    for (const state of chart.states) {
      if (state.children.length === 0) continue;
      for (const [place, child] of orderChildren(state.id, tree, edges).entries()) this.places.set(child, place);
    }
  }

  /** Does the edge go with the flow from `source` to `target`? Both lie in different children of `frame`. */
  isDown(frame: string, source: string, target: string): boolean {
    const [from, to] = [this.tree.step(frame, source), this.tree.step(frame, target)];
    return this.place(from) <= this.place(to);
  }

  /** Is the target the very next after the source? Such edges make the spine of a picture. */
  follows(frame: string, source: string, target: string): boolean {
    const [from, to] = [this.tree.step(frame, source), this.tree.step(frame, target)];
    return from !== undefined && to !== undefined && this.place(to) - this.place(from) === 1;
  }

  /** The child of a frame that stands at its top. */
  first(frame: string): string | undefined {
    return this.tree.get(frame).children.find((child) => this.place(child) === 0);
  }

  private place(id: string | undefined): number {
    return this.places.get(id ?? '') ?? 0;
  }
}

/** The author's order, or the order in which the states are reached, whichever sends fewer edges upwards. */
function orderChildren(frame: string, tree: StateTree, edges: readonly DrawnEdge[]): readonly string[] {
  const { children, initial } = tree.get(frame);
  const pairs = edges.flatMap((edge) =>
    edge.common === frame && edge.shape === 'across'
      ? edge.targets.map((target) => [tree.step(frame, edge.source) ?? '', tree.step(frame, target) ?? ''] as const)
      : [],
  );
  const first = initial.map((id) => tree.step(frame, id) ?? '');
  const rank = (id: string): number => (first.includes(id) ? 0 : tree.get(id).kind === 'final' ? 2 : 1);
  const declared = [...children].sort((a, b) => rank(a) - rank(b));
  const reached = reachOrder(declared, pairs);
  return upward(reached, pairs) < upward(declared, pairs) ? reached : declared;
}

type Pair = readonly [from: string, to: string];

/** Reverse post-order of a depth-first walk. */
function reachOrder(children: readonly string[], pairs: readonly Pair[]): readonly string[] {
  const seen = new Set<string>();
  const order: string[] = [];
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const [from, to] of [...pairs].reverse()) if (from === id) visit(to);
    order.unshift(id);
  };
  for (const id of [...children].slice(0, 1)) visit(id);
  const later: string[] = order.splice(0);
  for (const id of children) visit(id);
  return [...later, ...order];
}

function upward(order: readonly string[], pairs: readonly Pair[]): number {
  return pairs.filter(([from, to]) => order.indexOf(from) > order.indexOf(to)).length;
}
