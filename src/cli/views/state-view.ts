/** What stands in a state directory, as text. Pure. */
import type { StateReading } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { standingTable } from './domain-table.js';

export interface StateView {
  readonly paint: Paint;
  readonly width: number | undefined;
  readonly wide: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function stateText({ conditions, domains, engine, orphans, problems, stateDirectory }: StateReading, view: StateView): string {
  const { paint } = view;
  const lines: string[] = [];
  if (domains.length === 0 && orphans.length === 0) lines.push(`no domains in ${printable(stateDirectory)}`);
  if (domains.length > 0) lines.push(...standingTable(domains, view));
  for (const { name, pid, reason } of orphans) {
    const alive = pid === null ? printable(reason) : `pid ${pid}`;
    lines.push(paint('yellow', `${printable(name)} is named by no document (${alive}); windlass down ${printable(name)} removes it`));
  }
  for (const { message, path } of problems) lines.push(paint('yellow', `${printable(path)} cannot be used: ${printable(message)}`));
  for (const { message, reason, status } of conditions) if (status === 'False') lines.push(paint('yellow', `the engine: ${printable(message)} (${reason})`));
  const unwatched = engine === null && domains.some(({ anchor }) => anchor !== null);
  if (unwatched) lines.push(paint('dim', 'no engine runs here: guests run on, and nobody repairs them; windlass up takes them over'));
  return `${lines.join('\n')}\n`;
}
