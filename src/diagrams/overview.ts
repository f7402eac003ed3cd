import type { Chart, ChartState } from './chart.js';
import { StateTree } from './state-tree.js';

/** How many boxes make a picture of one screen. */
const roomForBoxes = 12;

/**
 * The one-screen view: inner states are folded into their parents, level by level, until the rest fits.
 * Transitions are lifted to what is still to be seen and keep their ids; those that happen inside a box are left out.
 */
export function overviewOf(chart: Chart): Chart {
  const tree = new StateTree(chart);
  const open = openFrames(tree);
  const shown = (id: string): string => {
    const line = tree.lineage(id);
    return line.find((at) => !open.has(at)) ?? id;
  };
  const states = chart.states
    .filter(({ id }) => shown(id) === id)
    .map((state): ChartState => {
      const initial = [...new Set(state.initial.map(shown))];
      if (open.has(state.id) || state.children.length === 0) return { ...state, initial };
      return { ...state, children: [], initial: [], folded: tree.children(state.id).filter(({ kind }) => kind !== 'history').map(({ name }) => name) };
    });
  const transitions = chart.transitions.flatMap((each) => {
    const source = shown(each.source);
    const targets = [...new Set(each.targets.map(shown))];
    const moves = targets.some((target) => target !== source);
    return moves || source === each.source ? [{ ...each, source, targets }] : [];
  });
  return { ...chart, states, transitions };
}

/** The states whose insides are shown. A whole level is opened or none of it, so that like stands beside like. */
function openFrames(tree: StateTree): ReadonlySet<string> {
  const open = new Set([tree.root.id]);
  const boxes = (): number => countBoxes(tree, tree.root.id, open);
  for (const wanted of [hasNestedFrames, hasFrames]) {
    for (;;) {
      const next = frontier(tree, tree.root.id, open).filter((id) => wanted(tree, id));
      for (const id of next) open.add(id);
      if (next.length === 0) break;
      if (boxes() <= roomForBoxes) continue;
      for (const id of next) open.delete(id);
      break;
    }
  }
  return open;
}

function hasFrames(tree: StateTree, id: string): boolean {
  return tree.isFrame(id);
}

function hasNestedFrames(tree: StateTree, id: string): boolean {
  return tree.children(id).some((child) => tree.isFrame(child.id));
}

function frontier(tree: StateTree, id: string, open: ReadonlySet<string>): readonly string[] {
  return open.has(id) ? tree.children(id).flatMap((child) => frontier(tree, child.id, open)) : [id];
}

function countBoxes(tree: StateTree, id: string, open: ReadonlySet<string>): number {
  return frontier(tree, id, open).length;
}
