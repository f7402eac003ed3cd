import { staysInBox } from './drawn-edges.js';
import type { Chart, ChartState, ChartTransition } from './chart.js';
import type { Detail } from './edge-label.js';
import { StateTree } from './state-tree.js';

export interface MermaidOptions {
  /** `detail` (the default) tells actions, entry and exit. */
  readonly detail?: Detail;
}

/**
 * A chart as Mermaid `stateDiagram-v2`, for places that draw Mermaid by themselves. Mermaid knows no history and
 * no line between a frame and its own inside, so these are told by small states of their own.
 */
export function toMermaid(whole: Chart, options: MermaidOptions = {}): string {
  const chart = options.detail === 'overview' ? withoutActions(whole) : whole;
  const tree = new StateTree(chart);
  const names = new Map(chart.states.map(({ id }, index) => [id, `s${index}_${id.replace(/[^A-Za-z0-9]+/g, '_')}`]));
  const writer: Writer = { chart, tree, name: (id) => names.get(id) ?? id };
  const head = ['stateDiagram-v2', `  %% ${oneLine(chart.id)}`];
  // Regions can only be separated inside a state.
  const inside = tree.root.kind === 'parallel' ? declare(writer, tree.root) : body(writer, tree.root);
  return [...head, ...inside.map((line) => `  ${line}`), ...notes(writer).map((line) => `  ${line}`), ''].join('\n');
}

function withoutActions(chart: Chart): Chart {
  return {
    ...chart,
    states: chart.states.map((state) => ({ ...state, entry: [], exit: [] })),
    transitions: chart.transitions.map((each) => ({ ...each, actions: [] })),
  };
}

interface Writer {
  readonly chart: Chart;
  readonly tree: StateTree;
  readonly name: (id: string) => string;
}

function body(writer: Writer, state: ChartState): readonly string[] {
  const { tree, name } = writer;
  const children = tree.children(state.id);
  if (state.kind === 'parallel') {
    // Mermaid separates regions by `--` and gives them no names, so each holds one state that has the name.
    return [...children.flatMap((child, index) => [...(index > 0 ? ['--'] : []), ...declare(writer, child)]), ...lines(writer, state)];
  }
  return [
    ...state.initial.filter((id) => tree.lineage(id).includes(state.id)).map((id) => `[*] --> ${name(id)}`),
    ...children.flatMap((child) => declare(writer, child)),
    ...lines(writer, state),
  ];
}

function declare(writer: Writer, state: ChartState): readonly string[] {
  const { name, tree } = writer;
  const id = name(state.id);
  const title = state.kind === 'history' ? (state.history === 'deep' ? 'H*' : 'H') : text([state.name, ...state.tags.map((tag) => `«${tag}»`)].join(' '));
  if (tree.isFrame(state.id)) return [`state "${title}" as ${id} {`, ...body(writer, state).map((line) => `  ${line}`), '}'];
  return [
    `state "${title}" as ${id}`,
    ...(state.kind === 'final' ? [`${id} --> [*]`] : []),
    ...(state.kind === 'history' ? state.initial.map((to) => `${id} --> ${name(to)} : default`) : []),
  ];
}

/** The transitions whose ends have this state as their innermost common frame. */
function lines({ chart, tree, name }: Writer, frame: ChartState): readonly string[] {
  const here = chart.transitions.filter((each) => !staysInBox(each) && tree.common([each.source, ...each.targets]) === frame.id);
  const proxies = new Set<string>();
  const written = here.flatMap((each) =>
    each.targets.map((target) => {
      const [from, to] = [each.source === frame.id ? `any_${name(frame.id)}` : name(each.source), target === frame.id ? `again_${name(frame.id)}` : name(target)];
      if (each.source === frame.id) proxies.add(`state "any state" as ${from}`);
      if (target === frame.id) proxies.add(`state "${text(`again ${frame.name}`)}" as ${to}`);
      return `${from} --> ${to} : ${label(each)}`;
    }),
  );
  return [...proxies, ...written];
}

/** What the pictures tell in the boxes. */
function notes({ chart, tree, name }: Writer): readonly string[] {
  return chart.states.flatMap((state) => {
    const inner = chart.transitions.filter((each) => each.source === state.id && staysInBox(each));
    const told = [
      ...(state.folded.length > 0 ? [state.folded.join(' · ')] : []),
      ...state.invokes.map(({ id, src }) => `▶ ${id === undefined || id === src ? src : `${id}: ${src}`}`),
      ...(state.entry.length > 0 ? [`entry / ${state.entry.join(', ')}`] : []),
      ...(state.exit.length > 0 ? [`exit / ${state.exit.join(', ')}`] : []),
      ...inner.map((each) => `${each.targets.length > 0 ? '↻ ' : ''}${plainLabel(each)}`),
    ];
    if (told.length === 0 || state.id === tree.root.id) return [];
    return [`note right of ${name(state.id)}`, ...told.map((line) => `  ${text(line)}`), 'end note'];
  });
}

function label(transition: ChartTransition): string {
  return text(plainLabel(transition));
}

function plainLabel({ label: event, guard, otherwise, actions }: ChartTransition): string {
  const condition = guard === undefined ? (otherwise ? ' [else]' : '') : ` [${guard}]`;
  return `${event}${condition}${actions.length > 0 ? ` / ${actions.join(', ')}` : ''}`;
}

/** Characters that Mermaid would read as its own become its numeric entities. */
function text(plain: string): string {
  return oneLine(plain).replace(/[:;#"{}<>\\%`]/g, (sign) => `#${sign.codePointAt(0) ?? 0};`);
}

function oneLine(plain: string): string {
  return plain.replace(/\s+/g, ' ').trim();
}
