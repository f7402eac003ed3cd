/** The outside of a command: where it writes, and what is known of who reads. Tests hand in another. */
import { exitCodes } from './exit-codes.js';

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  out(text: string): void;
  err(text: string): void;
  /** Size of the terminal that stdout is; undefined where it is a pipe or a file. Asked anew each time, as windows change. */
  size(): { readonly columns: number; readonly rows: number } | undefined;
  /** Does the reader of stdout want colours? NO_COLOR and FORCE_COLOR have their say (https://no-color.org). */
  readonly colour: boolean;
}

export function processTerminal(): Terminal {
  const { env, stderr, stdout } = process;
  // Whoever reads has gone (`windlass get | head -1`): nothing is left to say, least of all a stack trace.
  for (const stream of [stdout, stderr]) stream.on('error', endQuietly);
  return {
    env,
    workingDirectory: process.cwd(),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    size: () => (stdout.isTTY ? { columns: stdout.columns || 80, rows: stdout.rows || 24 } : undefined),
    colour: wantsColour(env, stdout.isTTY),
  };
}

/** Exported for its test. */
export function wantsColour(env: Terminal['env'], isTerminal: boolean): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: terminal } = env;
  if (no !== undefined && no !== '') return false;
  if (force !== undefined && force !== '' && force !== '0') return true;
  return isTerminal && terminal !== 'dumb';
}

function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.brokenPipe);
  throw error;
}
