import { edgeColours } from './palette.js';
import { footOf, headOf, topmost, type Anchor, type Leg } from './plan-legs.js';
import { planOf, type Plan, type PlannedBox, type PlannedLabel } from './plan.js';
import { attributes, clusterLabel, quote, textTable } from './dot-text.js';
import type { Chart } from './chart.js';
import type { Detail } from './edge-label.js';
import { markerWidth, railWidth } from './plan.js';

export interface DotOptions {
  /** `detail` (the default) tells actions, entry and exit, and descriptions. */
  readonly detail?: Detail;
}

/** A chart as Graphviz source. It is what `toSvg` lays out, so any `dot` gives the same arrangement. */
export function toDot(chart: Chart, options: DotOptions = {}): string {
  return planToDot(planOf(chart, options.detail ?? 'detail'));
}

/** Points and pixels are the same here: one pixel of the picture is one point of Graphviz. */
const inches = (pixels: number): string => (pixels / 72).toFixed(4);

/** `places` asks Graphviz only where things stand: it draws no lines, which takes it long and at times fails. */
export function planToDot(plan: Plan, wanted: 'places' | 'picture' = 'picture'): string {
  const { root } = plan.tree;
  const lines = [
    `digraph ${quote(plan.chart.id)} {`,
    '  graph [rankdir=TB, newrank=true, compound=true, nodesep=0.22, ranksep=0.28, splines=' + (wanted === 'picture' ? 'true' : 'none') + ', fontname="DejaVu Sans,Verdana,Arial,sans-serif"];',
    '  node [fontname="DejaVu Sans,Verdana,Arial,sans-serif", fontsize=12, margin=0];',
    '  edge [arrowsize=0.8, fontsize=12];',
    ...frameBody(plan, root.id).map(indent),
    ...plan.legs.map((leg) => indent(legLine(plan, leg))),
    ...groundLines(plan).map(indent),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function indent(text: string): string {
  return `  ${text}`;
}

function frameBody(plan: Plan, id: string): readonly string[] {
  return [
    ...plan.tree.children(id).flatMap((child) => boxLines(plan, child.id)),
    ...plan.labels.filter(({ edge }) => edge.common === id).map(labelLine),
    ...(id !== plan.tree.root.id && usedPoints(plan).has(footOf(id)) ? [point(footOf(id))] : []),
    ...(usedPoints(plan).has(headOf(id)) ? [point(headOf(id))] : []),
  ];
}

/** The words of a line are a node, with a thin cell at their left that is the line's piece beside them. */
function labelLine({ edge, content, width, above, height, below }: PlannedLabel): string {
  const whole = above + height + below;
  const air = `<td fixedsize="true" width="${railWidth / 2 - 1}" height="${whole}"></td>`;
  const rail = `<td port="rail" fixedsize="true" width="2" height="${whole}" bgcolor="${edgeColours[edge.kind].colour}"></td>`;
  const html = `<table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr>${air}${rail}${air}<td>${textTable(content, width - railWidth, whole)}</td></tr></table>`;
  return `${quote(edge.id)} [shape=plain, label=<${html}>];`;
}

function point(name: string): string {
  return `${quote(name)} [shape=point, style=invis, width=0.01, height=0.01];`;
}

/** The points that hold lines, or labels below and above a frame. */
function usedPoints(plan: Plan): ReadonlySet<string> {
  const held = plan.legs.flatMap(({ upper, lower }) => [upper, lower].filter(({ kind }) => kind === 'point').map(({ node }) => node));
  return new Set([...held, ...passages(plan).flatMap(({ above, below }) => [above, below])]);
}

/**
 * A line that leaves the inside of a frame has its label below the frame, and one that enters has it above: so frames
 * stand one under another, where labels beside them would make the picture wide.
 */
function passages({ legs, labels, tree }: Plan): readonly { readonly above: string; readonly below: string }[] {
  const commons = new Map(labels.map(({ edge }) => [edge.id, edge.common]));
  return legs.flatMap(({ edge, upper, lower }) => {
    const end = upper.kind === 'label' ? lower : upper;
    const common = commons.get(edge) ?? tree.root.id;
    if (end.kind !== 'state' || !tree.within(end.node, common)) return [];
    const frame = tree.step(common, end.node);
    if (frame === undefined || !tree.isFrame(frame) || frame === end.clip) return [];
    return [upper.kind === 'label' ? { above: edge, below: headOf(frame) } : { above: footOf(frame), below: edge }];
  });
}

function boxLines(plan: Plan, id: string): readonly string[] {
  const box = plan.boxes.get(id);
  if (!box) return [];
  if (!plan.tree.isFrame(id)) return [leafLine(box)];
  const inRegion = plan.tree.get(box.state.parent ?? '').kind === 'parallel';
  const frame = [
    `subgraph ${quote(`cluster_${id}`)} {`,
    `  graph [id=${quote(`state:${id}`)}, margin=14, labeljust=l, style=${inRegion ? '"rounded,dashed"' : 'rounded'}, label=<${clusterLabel(box)}>];`,
    ...frameBody(plan, id).map(indent),
    '}',
  ];
  if (!box.marked) return frame;
  return [`subgraph ${quote(`cluster_round_${id}`)} {`, `  graph [style=invis, margin=${markerWidth - 4}, label=""];`, ...frame.map(indent), '}'];
}

function leafLine(box: PlannedBox): string {
  const { state, content, width, height, marked } = box;
  const name = quote(state.id);
  const id = `id=${quote(`state:${state.id}`)}`;
  const text = textTable(content, width - 4, height - 4);
  const borders = state.kind === 'final' ? ', peripheries=2' : '';
  if (!marked) return `${name} [${id}, shape=${state.kind === 'history' ? 'oval' : 'box'}, style=rounded${borders}, fixedsize=true, width=${inches(width)}, height=${inches(height)}, label=<${text}>];`;
  const dot = `<td border="0" fixedsize="true" width="${markerWidth}" height="${height}">● </td>`;
  const cell = `<td port="box" border="${state.kind === 'final' ? 2 : 1}" style="rounded" fixedsize="true" width="${width}" height="${height}">${text}</td>`;
  return `${name} [${id}, shape=plain, label=<<table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr>${dot}${cell}</tr></table>>];`;
}

function legLine(plan: Plan, leg: Leg): string {
  const { upper, lower, upwards, last, weight } = leg;
  const edge = plan.labels.find((label) => label.edge.id === leg.edge)?.edge;
  const { colour, style } = edgeColours[edge?.kind ?? 'event'];
  const values = {
    id: leg.id,
    dir: last ? (upwards ? 'back' : 'forward') : 'none',
    color: colour,
    style,
    weight,
    ...(upper.clip === undefined ? {} : { ltail: `cluster_${upper.clip}` }),
    ...(lower.clip === undefined ? {} : { lhead: `cluster_${lower.clip}` }),
  };
  return `${end(plan, upper, 's')} -> ${end(plan, lower, 'n')} ${attributes(values)};`;
}

function end(plan: Plan, { node, kind }: Anchor, side: 'n' | 's'): string {
  if (kind === 'label') return `${quote(node)}:rail:${side}`;
  const box = plan.boxes.get(node);
  return kind === 'state' && box?.marked === true ? `${quote(node)}:box` : quote(node);
}

/** Unseen edges that keep feet at the bottom of their frames and heads at the top. */
function groundLines(plan: Plan): readonly string[] {
  const unseen = (from: string, to: string): string => `${quote(from)} -> ${quote(to)} [style=invis, weight=12];`;
  const used = usedPoints(plan);
  const kept = passages(plan).map(({ above, below }) => `${quote(above)} -> ${quote(below)} [style=invis, weight=0];`);
  const leaves = (id: string): readonly string[] => plan.tree.children(id).flatMap((child) => (plan.tree.isFrame(child.id) ? leaves(child.id) : [child.id]));
  const grounded = plan.chart.states.flatMap(({ id }) => {
    const feet = used.has(footOf(id)) ? lowest(plan, leaves(id)).map((node) => unseen(node, footOf(id))) : [];
    const heads = used.has(headOf(id)) ? topmost(plan.legs, leaves(id)).map((leaf) => unseen(headOf(id), leaf)) : [];
    return [...feet, ...heads];
  });
  return [...new Set([...grounded, ...kept])];
}

/** What stands lowest in a frame: leaves with no line down to another leaf of it. */
function lowest(plan: Plan, leaves: readonly string[]): readonly string[] {
  const inside = new Set(leaves);
  const reached = new Map<string, string[]>();
  for (const { edge, lower } of plan.legs) if (lower.kind === 'state') reached.set(edge, [...(reached.get(edge) ?? []), lower.node]);
  const held = new Set(plan.legs.flatMap(({ edge, upper, lower }) => (upper.kind === 'state' && lower.kind === 'label' && (reached.get(edge) ?? []).some((node) => inside.has(node)) ? [upper.node] : [])));
  return leaves.filter((leaf) => !held.has(leaf));
}
