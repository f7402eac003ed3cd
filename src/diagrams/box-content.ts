import type { Chart, ChartState, ChartTransition } from './chart.js';
import { staysInBox } from './drawn-edges.js';
import { grouped, joinLabels, labelLine, type Detail } from './edge-label.js';
import { firstSentence } from './first-sentence.js';
import { block, line, wrap, type Block, type Line, type Run } from './text-block.js';

/** Room between text and the border of its box. */
export const padding = { x: 12, y: 8 } as const;

/** How wide a line may be before it is broken. The words of a frame are in the way of the lines that enter it. */
const widest = { overview: { leaf: 204, parent: 290, frame: 150 }, detail: { leaf: 270, parent: 330, frame: 330 } } as const;

/** Rows begin further in. */
const roomForRows = 36;

/** What stands in a state's box, or at the head of its frame; `exits` are the rows that name other states. */
export function boxContent(state: ChartState, transitions: readonly ChartTransition[], detail: Detail, exits: readonly Line[]): Block {
  const width = widest[detail][state.children.length > 0 ? 'frame' : state.folded.length > 0 ? 'parent' : 'leaf'];
  const lines: Line[] = [
    line([{ text: state.name, voice: 'name' }, ...state.tags.map((tag): Run => ({ text: tag.toUpperCase(), voice: 'tag' }))]),
  ];
  if (state.description !== undefined) lines.push(note(detail === 'detail' ? state.description : firstSentence(state.description), 'prose'));
  if (state.folded.length > 0) lines.push(note(state.folded.join('\u00a0· '), 'note'));
  for (const { id, src } of state.invokes) {
    const text = id === undefined || id === src || detail === 'overview' ? (id ?? src) : `${id}: ${src}`;
    lines.push(line([{ text: '▶', voice: 'sign', kind: 'done' }, { text, voice: 'note' }]));
  }
  if (detail === 'detail') {
    if (state.entry.length > 0) lines.push(note(`entry / ${state.entry.join(', ')}`, 'note'));
    if (state.exit.length > 0) lines.push(note(`exit / ${state.exit.join(', ')}`, 'note'));
    lines.push(...stayingLines(transitions.filter((each) => each.source === state.id && staysInBox(each))));
  }
  return block([...lines.flatMap((each) => wrap(each, width)), ...exits.flatMap((each) => wrap(each, width + roomForRows))]);
}

/** What happens without leaving the box; events that do the same share a line. */
function stayingLines(transitions: readonly ChartTransition[]): readonly Line[] {
  return grouped(transitions, ({ kind, guard, otherwise, actions, targets }) => [kind, guard, otherwise, actions, targets]).flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [{ ...labelLine({ ...first, label: joinLabels(group) }, 'detail', first.targets.length > 0 ? '↻ ' : ''), transitions: group.map(({ id }) => id) }];
  });
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
