import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable, printableLines } from '../text/printable.js';

/** Lines of each log that are shown where nothing else is asked for. */
const usual = 20;

/** What was kept of the last failure: why it ended, and the ends of its logs. Throws EVIDENCE_ABSENT. */
export async function evidenceText(directory: string, paint: Paint, lines = usual): Promise<string> {
  const all = join(directory, 'evidence');
  const bundle = (await readdir(all).catch(() => [])).sort().at(-1);
  if (bundle === undefined) throw new WindlassError('EVIDENCE_ABSENT', `there is no evidence in ${directory}: nothing has failed there`, {});
  const path = join(all, bundle);
  const names = (await readdir(path)).sort((one, other) => rank(one) - rank(other));
  const parts = await Promise.all(names.map(async (name) => `${paint('bold', `== ${printable(join(path, name))}`)}\n${tail(await readFile(join(path, name), 'utf8'), name === 'end.json' ? undefined : lines)}`));
  return parts.join('\n');
}

/** Why it ended comes first. */
function rank(name: string): number {
  return name === 'end.json' ? 0 : 1;
}

function tail(text: string, lines: number | undefined): string {
  const all = printableLines(text).replace(/\n$/, '').split('\n');
  const shown = lines === undefined ? all : all.slice(Math.max(0, all.length - lines));
  return `${shown.join('\n')}\n`;
}
