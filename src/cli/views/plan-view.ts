/** A plan as text: what is done to each domain, why, and with which devices. Pure. */
import type { ChangeAction, DocumentsPlan, FieldChange, PlacementStatus, PlannedChange, PositionedProblem } from '../../index.js';
import { formatPlanProblem, writtenValue } from '../../index.js';
import type { Paint, Style } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { counted, inBytes } from '../text/quantities.js';
import { truncated } from '../text/width.js';
import { deviceTable } from './device-table.js';

export interface PlanView {
  readonly paint: Paint;
  readonly width: number | undefined;
  /** With the device model of each domain that is created, changed or restarted? */
  readonly devices: boolean;
}

const marks: Readonly<Record<ChangeAction, readonly [mark: string, style: Style, words: string]>> = {
  create: ['+', 'green', 'will be created'],
  change: ['~', 'yellow', 'will be changed while it runs'],
  restart: ['-/+', 'magenta', 'will be restarted'],
  defer: ['…', 'cyan', 'waits for its next start'],
  remove: ['-', 'red', 'will be removed: its guest is halted and its state forgotten'],
  unchanged: ['=', 'dim', 'is as desired'],
};

export interface PlanFacts extends DocumentsPlan {
  /** Who would carry it out, if somebody runs. */
  readonly engine: { readonly pid: number } | null;
}

export function planText({ changes, engine, orphans, stateDirectory, values }: PlanFacts, view: PlanView): string {
  const blocks = changes.map((change) => changeText(change, values[change.name] ?? [], view));
  const left = orphans.map(
    ({ name, pid }) => `  ?    ${name} is named by no document and is left alone${pid === null ? '' : ` (pid ${pid})`}; windlass down ${name} removes it\n`,
  );
  const nothing = changes.length === 0 && orphans.length === 0 ? '  no documents, and nothing there\n' : '';
  const who = engine === null ? '' : `, where an engine runs (pid ${engine.pid}): once it is given these documents`;
  const body = `${blocks.join('')}${left.join('')}${nothing}`;
  // A device model ends with a line of its own.
  return `In ${printable(stateDirectory)}${who}:\n\n${body.replace(/\n\n$/, '\n')}\n${view.paint('bold', planSummary(changes))}\n`;
}

/** `Plan: 2 to create, 0 to change, 1 to restart, 0 to remove.` */
export function planSummary(changes: readonly PlannedChange[]): string {
  const count = (action: ChangeAction): number => changes.filter((change) => change.action === action && change.problems.length === 0).length;
  const impossible = changes.filter(({ problems }) => problems.length > 0).length;
  const deferred = count('defer');
  const parts = [`${count('create')} to create`, `${count('change')} to change`, `${count('restart')} to restart`, `${count('remove')} to remove`];
  if (deferred > 0) parts.push(`${deferred} deferred`);
  return `Plan: ${parts.join(', ')}.${impossible === 0 ? '' : ` ${counted(impossible, 'domain')} cannot be placed.`}`;
}

/** On stderr, as lines that editors can jump to. */
export function planProblems(problems: readonly PositionedProblem[]): string {
  if (problems.length === 0) return '';
  return `${problems.map((problem) => `${printable(formatPlanProblem(problem))}\n`).join('')}${counted(problems.length, 'problem')}\n`;
}

function changeText({ action, name, notes, placement, problems }: PlannedChange, values: readonly FieldChange[], view: PlanView): string {
  const { devices, paint, width } = view;
  if (problems.length > 0) return `  ${paint('red', '!')}    ${paint('bold', name)} ${paint('red', 'cannot be placed here')}\n`;
  const [mark, style, words] = marks[action];
  const lines = [`  ${paint(style, mark.padEnd(3))}  ${paint('bold', name)} ${words}`];
  for (const value of values) lines.push(`       ${fieldText(value, width === undefined ? undefined : width - 7)}`);
  for (const { field, message, position } of notes) lines.push(paint('yellow', `       ${printable(`${position.file}:${position.line}:${position.column} ${field}: ${message}`)}`));
  if (placement !== null && action !== 'unchanged') {
    lines.push(paint('dim', `       ${placementText(placement)}`));
    if (devices) lines.push(...deviceTable(placement.deviceModel, { paint, width, indent: '       ' }), '');
  }
  return `${lines.join('\n')}\n`;
}

function placementText({ accelerator, cpus, deviceModel, hypervisor, memoryBytes, why }: PlacementStatus): string {
  return `on ${hypervisor} (${deviceModel.machine}, ${accelerator}), ${counted(cpus, 'CPU')}, ${inBytes(memoryBytes)} with overhead: ${printable(why)}`;
}

function fieldText({ after, before, field }: FieldChange, width: number | undefined): string {
  const text = printable(`${field}: ${writtenValue(field, before)} -> ${writtenValue(field, after)}`);
  return width === undefined ? text : truncated(text, width);
}
