import type { ChartTransition } from './chart.js';
import type { DrawnEdge } from './drawn-edges.js';
import { block, line, wrap, type Block, type Line, type Run } from './text-block.js';

/** How much is told: an overview leaves out actions and puts effects that end alike on one line. */
export type Detail = 'overview' | 'detail';

const widest = 230;

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
  return line(runs, { hanging: 10, transitions: [id] });
}

/**
 * Lines that differ only in which effect or deadline they speak of become one: `✗ plan, admit, reserve`. So do those
 * that differ only in their guards: `[isGone] or [mustEnd]`.
 */
function summarize(transitions: readonly ChartTransition[]): readonly Line[] {
  const alike = grouped(transitions, ({ kind, guard, otherwise, label }) => [kind, guard, otherwise, kind === 'always' && label]).map((group) => ({ group, label: joinLabels(group) }));
  return grouped(alike, ({ group: [first], label }) => [first?.kind, label, first?.otherwise]).map((same) => {
    const lines = same.flatMap(({ group: [first], label }) => (first ? [labelLine({ ...first, label }, 'overview')] : []));
    const runs = lines.flatMap((each, index): readonly Run[] => (index === 0 ? each.runs : [{ text: 'or', voice: 'note' }, ...each.runs.filter(({ voice }) => voice === 'guard')]));
    return line(runs, { hanging: 10, transitions: same.flatMap(({ group }) => group.map(({ id }) => id)) });
  });
}

/** In the order in which the first of each group comes. */
export function grouped<T>(all: readonly T[], keyOf: (each: T) => unknown): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const key = JSON.stringify(keyOf(each));
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

const leading = /^(✓|✗|≈|after) /;

/** The labels of transitions of one kind as one: `✗ plan, admit`. */
export function joinLabels(group: readonly ChartTransition[]): string {
  const labels = [...new Set(group.map(({ label }) => label))];
  const [sign = ''] = leading.exec(labels[0] ?? '') ?? [];
  const names = labels.map((label) => label.replace(leading, ''));
  return sign + (names.includes('any effect') ? 'any effect' : names.join(', '));
}
