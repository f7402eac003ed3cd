/** Documents from the command line's paths, and what is said where they have mistakes. */
import type { DocumentProblem, ParseResult } from '../index.js';
import { formatProblem, parseDocuments, readDocumentFiles } from '../index.js';
import type { Invocation } from './invocation.js';
import { jsonLine } from './text/json.js';
import { printable } from './text/printable.js';
import { counted } from './text/quantities.js';

/** All documents of all paths, or all of their mistakes. Rejects with DOCUMENT_… where a path cannot be read. */
export async function loadDocuments({ terminal }: Invocation, paths: readonly string[]): Promise<ParseResult> {
  return parseDocuments(await readDocumentFiles(paths), { workingDirectory: terminal.workingDirectory });
}

/** On stderr as lines that editors can jump to; under `-o json` also as the one value on stdout. */
export function reportMistakes({ json, terminal }: Invocation, problems: readonly DocumentProblem[]): void {
  terminal.err(mistakes(problems));
  if (json) terminal.out(jsonLine({ ok: false, problems }));
}

export function mistakes(problems: readonly DocumentProblem[]): string {
  const files = new Set(problems.map(({ position }) => position.file)).size;
  const lines = problems.map((problem) => `${printable(formatProblem(problem))}\n`);
  return `${lines.join('')}${counted(problems.length, 'problem')} in ${counted(files, 'file')}; nothing is applied\n`;
}
