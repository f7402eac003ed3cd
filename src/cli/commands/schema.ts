import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { jsonSchema } from '../../index.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { jsonValue } from '../text/json.js';
import { printable } from '../text/printable.js';

/** `windlass schema`: the JSON Schema of documents, for editors. */
export async function schema({ terminal }: Invocation, { out }: { readonly out?: string }): Promise<ExitCode> {
  const text = jsonValue(jsonSchema());
  if (out === undefined) {
    terminal.out(text);
    return exitCodes.done;
  }
  try {
    await writeFile(resolve(terminal.workingDirectory, out), text);
  } catch (thrown) {
    terminal.err(`windlass schema: cannot write ${printable(out)}: ${thrown instanceof Error ? printable(thrown.message) : ''}\n`);
    return exitCodes.problems;
  }
  terminal.err(`wrote ${printable(out)}\n`);
  return exitCodes.done;
}
