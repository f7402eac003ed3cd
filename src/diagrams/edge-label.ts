import type { ChartTransition } from './chart.js';
import type { DrawnEdge } from './drawn-edges.js';
import { block, line, wrap, type Block, type Line, type Run } from './text-block.js';

/** How much is told: an overview leaves out actions and puts effects that end alike on one line. */
export type Detail = 'overview' | 'detail';

const widest = 210;

/** The stacked labels of an edge. */
export function edgeLabel(edge: DrawnEdge, detail: Detail): Block {
  const head = edge.shape === 'inward' ? [line([{ text: 'any state', voice: 'prose' }])] : [];
  return block([...head, ...labelLines(edge.transitions, detail).flatMap((each) => wrap(each, widest))]);
}

/** One line for each transition; an overview puts those that end alike on one. */
export function labelLines(transitions: readonly ChartTransition[], detail: Detail): readonly Line[] {
  return detail === 'overview' ? summarize(transitions) : transitions.map((each) => labelLine(each, detail));
}

/** `event [guard] / actions` in the colours of its kind. */
export function labelLine(transition: ChartTransition, detail: Detail, prefix = ''): Line {
  const { kind, label, guard, otherwise, actions, id } = transition;
  const runs: Run[] = [];
  // An eventless transition with a condition is told by that alone.
  if (kind !== 'always' || (guard === undefined && !otherwise) || prefix !== '') runs.push({ text: prefix + label, voice: 'label', kind });
  if (guard !== undefined) runs.push({ text: `[${guard}]`, voice: 'guard', ...(kind === 'always' ? { kind } : {}) });
  if (otherwise) runs.push({ text: '[else]', voice: 'guard', ...(kind === 'always' ? { kind } : {}) });
  if (detail === 'detail' && actions.length > 0) runs.push({ text: `/ ${actions.join(', ')}`, voice: 'action' });
  return line(runs, { transitions: [id] });
}

/** Lines that differ only in which effect or deadline they speak of become one: `✗ plan, admit, reserve`. */
function summarize(transitions: readonly ChartTransition[]): readonly Line[] {
  const groups = new Map<string, ChartTransition[]>();
  for (const each of transitions) {
    const key = JSON.stringify([each.kind, each.guard, each.otherwise, each.kind === 'always' && each.label]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    if (!first) return line([]);
    return { ...labelLine({ ...first, label: joinLabels(group) }, 'overview'), transitions: group.map(({ id }) => id) };
  });
}

const leading = /^(✓|✗|≈|after) /;

function joinLabels(group: readonly ChartTransition[]): string {
  const labels = [...new Set(group.map(({ label }) => label))];
  const [sign = ''] = leading.exec(labels[0] ?? '') ?? [];
  const names = labels.map((label) => label.replace(leading, ''));
  return sign + (names.includes('any effect') ? 'any effect' : names.join(', '));
}
