import { messageOf, WindlassError } from '../errors.js';
import type { RunOptions, RunResult } from './ports/processes.js';

/** Milliseconds between SIGTERM and SIGKILL for a command that is over its time. */
const grace = 400;
/** Characters of output beyond which a command is stopped: nothing that is asked for is longer. */
const longestOutput = 16 * 1024 * 1024;

/** A short command, see `ProcessPort.run`. execa is loaded at the first use: most commands of the command line need none. */
export async function runCommand(executable: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const { execa } = await import('execa');
  const command = execa(executable, args, {
    reject: false,
    timeout: options.timeout,
    forceKillAfterDelay: grace,
    maxBuffer: longestOutput,
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.env === undefined ? {} : { env: { ...options.env }, extendEnv: false }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  // A grandchild may hold the pipes open for ever after the command itself was killed.
  const cut = setTimeout(() => {
    command.stdout.destroy();
    command.stderr.destroy();
  }, options.timeout + grace + 100);
  const result = await command;
  clearTimeout(cut);

  if (result.isCanceled) options.signal?.throwIfAborted();
  const ended = result.exitCode !== undefined || result.signal !== undefined;
  if (!result.timedOut && (!ended || result.isMaxBuffer)) {
    const code = result.code === 'ENOENT' ? 'COMMAND_NOT_FOUND' : 'COMMAND_FAILED';
    throw new WindlassError(code, `cannot run ${executable}: ${messageOf(result.cause ?? result)}`, { cause: result.cause });
  }
  return {
    code: result.exitCode ?? null,
    signal: result.signal ?? null,
    stdout: result.stdout,
    stderr: result.stderr,
    timedOut: result.timedOut,
  };
}
