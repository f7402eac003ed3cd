import type { Chart, ChartState, ChartTransition } from './chart.js';
import { staysInBox } from './drawn-edges.js';
import { labelLine, type Detail } from './edge-label.js';
import { block, line, wrap, type Block, type Line, type Run } from './text-block.js';

/** Room between text and the border of its box. */
export const padding = { x: 12, y: 8 } as const;

const widest = 230;

/** What stands in a state's box, or at the head of its frame. */
export function boxContent(state: ChartState, transitions: readonly ChartTransition[], detail: Detail, exits: readonly Line[]): Block {
  const wide = state.children.length > 0 || state.folded.length > 0 ? 270 : widest;
  const inner = transitions.filter((each) => each.source === state.id && staysInBox(each));
  const lines: Line[] = [
    line([{ text: state.name, voice: 'name' }, ...state.tags.map((tag): Run => ({ text: tag.toUpperCase(), voice: 'tag' }))]),
  ];
  if (state.folded.length > 0) lines.push(note(state.folded.join('\u00a0· '), 'note'));
  if (detail === 'detail' && state.description !== undefined) lines.push(note(state.description, 'prose'));
  for (const { id, src } of state.invokes) {
    const text = id === undefined || id === src || detail === 'overview' ? (id ?? src) : `${id}: ${src}`;
    lines.push(line([{ text: '▶', voice: 'sign', kind: 'done' }, { text, voice: 'note' }]));
  }
  if (detail === 'detail') {
    if (state.entry.length > 0) lines.push(note(`entry / ${state.entry.join(', ')}`, 'note'));
    if (state.exit.length > 0) lines.push(note(`exit / ${state.exit.join(', ')}`, 'note'));
    lines.push(...inner.map((each) => labelLine(each, detail, each.targets.length > 0 ? '↻ ' : '')));
  }
  return block([...lines, ...exits].flatMap((each) => wrap(each, wide)));
}

/** A history state: `H` or `H*` for deep, and where it leads as long as there is nothing to remember. */
export function historyContent(state: ChartState, chart: Chart): Block {
  const defaults = state.initial.map((id) => chart.states.find((each) => each.id === id)?.name ?? id);
  const sign: Run = { text: state.history === 'deep' ? 'H*' : 'H', voice: 'name' };
  return block([line([sign, ...(defaults.length > 0 ? [{ text: `or ${defaults.join(', ')}`, voice: 'note' } as const] : [])])]);
}

function note(text: string, voice: 'note' | 'prose'): Line {
  return line([{ text, voice }]);
}
