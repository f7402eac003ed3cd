import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable, printableLines } from '../text/printable.js';

/** Lines of each log that are shown where nothing else is asked for. */
const usual = 20;

/** What was kept of one failure. */
export interface Evidence {
  readonly directory: string;
  /** Why it ended first, then the ends of its logs. */
  readonly files: readonly EvidenceFile[];
}

interface EvidenceFile {
  readonly name: string;
  readonly text: string;
}

/** What was kept of the last failure: why it ended, and the last lines of its logs. Rejects with EVIDENCE_ABSENT. */
export async function lastEvidence(directory: string, lines = usual): Promise<Evidence> {
  const all = join(directory, 'evidence');
  const bundle = (await readdir(all).catch(() => [])).sort().at(-1);
  if (bundle === undefined) throw new WindlassError('EVIDENCE_ABSENT', `there is no evidence in ${directory}: nothing has failed there`, {});
  const path = join(all, bundle);
  const names = (await readdir(path)).sort((one, other) => rank(one) - rank(other));
  const files = names.map(async (name) => ({ name, text: tail(await readFile(join(path, name), 'utf8'), name === 'end.json' ? undefined : lines) }));
  return { directory: path, files: await Promise.all(files) };
}

export function evidenceText({ directory, files }: Evidence, paint: Paint): string {
  return files.map(({ name, text }) => `${paint('bold', `== ${printable(join(directory, name))}`)}\n${printableLines(text)}`).join('\n');
}

/** Why it ended comes first. */
function rank(name: string): number {
  return name === 'end.json' ? 0 : 1;
}

function tail(text: string, lines: number | undefined): string {
  const all = text.replace(/\n$/, '').split('\n');
  const shown = lines === undefined ? all : all.slice(Math.max(0, all.length - lines));
  return `${shown.join('\n')}\n`;
}
