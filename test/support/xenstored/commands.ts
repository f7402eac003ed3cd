import { spawn } from 'node:child_process';

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  /** The last lines of it. */
  readonly complaint: string;
}

/** Runs a command to its end, with nothing on stdin and without translation; rejects only when it could not be started. Milliseconds. */
export async function run(command: string, args: readonly string[], options: { readonly cwd?: string; readonly timeout?: number } = {}): Promise<Finished> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
    timeout: options.timeout ?? 60_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  return { code, stdout, complaint: stderr.trim().split('\n').slice(-5).join('\n') };
}

/** As `run`, but rejects unless it ends with 0. Resolves to its output. */
export async function succeed(...parameters: Parameters<typeof run>): Promise<string> {
  const { code, stdout, complaint } = await run(...parameters);
  if (code !== 0) throw new Error(`${parameters[0]} ${parameters[1].slice(0, 2).join(' ')} ended with ${code ?? 'a signal or its deadline'}: ${complaint}`);
  return stdout;
}
