import { runCommandLine } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';

export interface Spoken {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Circumstances {
  readonly env?: Terminal['env'];
  readonly size?: { readonly columns: number; readonly rows: number };
  readonly colour?: boolean;
}

/** Runs a command line in this process, and returns all that it said. */
export async function say(argv: readonly string[], { colour = false, env = {}, size }: Circumstances = {}): Promise<Spoken> {
  let out = '';
  let err = '';
  const code = await runCommandLine(argv, {
    env,
    workingDirectory: process.cwd(),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    size: () => size,
    colour,
  });
  return { code, out, err };
}
