/** What is told of a violation: the last steps, the domain's own history from the journal, and what the engines said. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Violation } from './trouble.js';

const events = 80;
const logLines = 30;

export interface PostMortemOptions {
  readonly violation: Violation;
  readonly root: string;
  readonly engineLog: string;
  readonly lastSteps: readonly string[];
}

export function postMortem({ engineLog, lastSteps, root, violation }: PostMortemOptions): string {
  const { domain, message } = violation;
  return [
    '',
    `VIOLATION: ${message}`,
    '',
    'the last steps:',
    ...lastSteps,
    '',
    `history of ${domain ?? 'all domains'}, from the journal:`,
    ...historyOf(root, domain).slice(-events),
    '',
    ...(domain === undefined ? [] : [`its record: ${textOf(join(root, 'qemu', domain, 'anchor.json')).slice(0, 2000)}`, `its anchor said: ${textOf(join(root, 'qemu', domain, 'anchor.log')).slice(-1000)}`]),
    'the engines said:',
    ...textOf(engineLog).split('\n').slice(-logLines),
  ].join('\n');
}

/** Events of one domain, and of the engine itself, oldest first. */
function historyOf(root: string, domain: string | undefined): readonly string[] {
  if (!existsSync(root)) return [];
  const files = readdirSync(root)
    .filter((name) => /^events\.jsonl(\.\d+)?$/.test(name))
    .sort()
    .reverse();
  return files
    .flatMap((name) => textOf(join(root, name)).split('\n'))
    .filter((line) => line !== '' && (domain === undefined || line.includes(`"subject":"${domain}"`) || line.includes('windlass.journal.')))
    .map(inShort);
}

/** An event without its envelope; a torn line as it is. */
function inShort(line: string): string {
  try {
    const { data, sequence, subject, time, type } = JSON.parse(line) as { data: unknown; sequence: number; subject?: string; time: string; type: string };
    return `${sequence} ${time} ${subject ?? ''} ${type.replace('windlass.', '')} ${JSON.stringify(data)}`;
  } catch {
    return line;
  }
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
