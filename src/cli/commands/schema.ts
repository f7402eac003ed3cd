import { jsonSchema } from '../../index.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { jsonValue } from '../text/json.js';
import { printable } from '../text/printable.js';
import { writeOutput } from '../write-output.js';

/** `windlass schema`: the JSON Schema of documents, for editors. */
export async function schema({ terminal }: Invocation, { out }: { readonly out?: string }): Promise<ExitCode> {
  const text = jsonValue(jsonSchema());
  if (out === undefined) {
    terminal.out(text);
    return exitCodes.done;
  }
  await writeOutput(terminal.workingDirectory, out, text);
  terminal.err(`wrote ${printable(out)}\n`);
  return exitCodes.done;
}
