import { loadDocuments, reportMistakes } from '../documents.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { jsonValue } from '../text/json.js';
import { counted } from '../text/quantities.js';

/** `windlass validate`: every mistake of every document at once. */
export async function validate(invocation: Invocation, paths: readonly string[]): Promise<ExitCode> {
  const { json, terminal } = invocation;
  const result = await loadDocuments(invocation, paths);
  if (!result.ok) {
    reportMistakes(invocation, result.problems);
    return exitCodes.problems;
  }
  const { documents } = result;
  if (json) terminal.out(jsonValue({ ok: true, documents: documents.map(({ document, source }) => ({ name: document.metadata.name, position: source })) }));
  else terminal.out(`${counted(documents.length, 'document is', 'documents are')} valid\n`);
  return exitCodes.done;
}
