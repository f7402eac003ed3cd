import { boxContent, historyContent, padding } from './box-content.js';
import type { Chart, ChartState } from './chart.js';
import { drawnEdges, type DrawnEdge } from './drawn-edges.js';
import { edgeLabel, type Detail } from './edge-label.js';
import { exitRows } from './exit-rows.js';
import { Flow } from './flow.js';
import { planLegs, type Anchor, type Leg } from './plan-legs.js';
import { StateTree } from './state-tree.js';
import type { Block } from './text-block.js';

/** A state as it will be laid out: a box, or a frame round other boxes. Sizes are in pixels. */
export interface PlannedBox {
  readonly state: ChartState;
  readonly content: Block;
  readonly width: number;
  readonly height: number;
  /** Entered first: a dot with a small arrow stands at its left. */
  readonly marked: boolean;
}

/** A label is a thing of its own in the layout, with room of its own, and its edge runs along its left side. */
export interface PlannedLabel {
  readonly edge: DrawnEdge;
  readonly content: Block;
  readonly width: number;
  readonly height: number;
  /** Room kept above and below for lines to turn: Graphviz lets the margins of frames eat into its own. */
  readonly above: number;
  readonly below: number;
}

/** Everything that the layout has to place. */
export interface Plan {
  readonly chart: Chart;
  readonly tree: StateTree;
  readonly boxes: ReadonlyMap<string, PlannedBox>;
  readonly labels: readonly PlannedLabel[];
  readonly legs: readonly Leg[];
  readonly detail: Detail;
}

/** Left of an initial box: the dot, its arrow, and air. */
export const markerWidth = 26;
/** Left of a label: where its edge runs. */
export const railWidth = 14;
/** Air right of and above a label. */
const labelAir = { right: 6, y: 4 } as const;
const frameAir = 14;

/** Measures what a chart needs to show. `told` names the edges that are rows in the box of their source, and no lines. */
export function planOf(chart: Chart, detail: Detail, told: ReadonlySet<string> = new Set()): Plan {
  const tree = new StateTree(chart);
  const { lines, exits } = drawnEdges(chart, tree, told);
  const initial = new Set(chart.states.filter(({ kind }) => kind === 'compound').flatMap((state) => state.initial));
  const boxes = new Map(
    chart.states.map((state): readonly [string, PlannedBox] => {
      // The title tells what the root is for, at the width of the picture.
      const { description: _title, ...root } = state;
      const shown = state.id === tree.root.id ? root : state;
      const content = state.kind === 'history' ? historyContent(state, chart) : boxContent(shown, chart.transitions, detail, exitRows(exits, state.id, tree, detail));
      return [state.id, planBox(state, content, initial.has(state.id))];
    }),
  );
  const legs = planLegs(chart, tree, lines, new Flow(chart, tree, lines));
  return { chart, tree, boxes, labels: lines.map((edge) => planLabel(edge, detail, legs)), legs, detail };
}

function planBox(state: ChartState, content: Block, marked: boolean): PlannedBox {
  if (state.kind === 'history') return { state, content, width: content.width + 22, height: 30, marked };
  return { state, content, width: Math.max(64, content.width + 2 * padding.x), height: Math.max(34, content.height + 2 * padding.y), marked };
}

function planLabel(edge: DrawnEdge, detail: Detail, legs: readonly Leg[]): PlannedLabel {
  const content = edgeLabel(edge, detail);
  const own = legs.filter((leg) => leg.edge === edge.id);
  const above = Math.max(0, ...own.map(({ upper }) => roomToTurn(upper, legs)));
  const below = Math.max(0, ...own.map(({ lower }) => roomToTurn(lower, legs)));
  return { edge, content, width: railWidth + content.width + labelAir.right, height: content.height + 2 * labelAir.y, above, below };
}

/** Frames need some, and so does each line more than two that meets the same side of a box. */
function roomToTurn({ node, kind, clip }: Anchor, legs: readonly Leg[]): number {
  if (kind === 'label') return 0;
  const meeting = legs.flatMap(({ upper, lower }) => [upper, lower]).filter((end) => end.node === node && end.clip === clip).length;
  return (clip === undefined ? 0 : frameAir) + 3 * Math.min(6, Math.max(0, meeting - 2));
}
