/** The command line as a process of its own, as users run it. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
}

export interface Command {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when stdout and stderr together say so. */
  says(what: string | RegExp): Promise<void>;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin; the input stays open unless `end` is said. */
  readonly input?: string;
  readonly end?: boolean;
}

/** Node warns on stderr where both are set, as test runners do. */
const { FORCE_COLOR: _force, NO_COLOR: _no, ...plainEnvironment } = process.env;
const project = fileURLToPath(new URL('../..', import.meta.url));

/** Killed when the test ends, if it has not ended by itself. */
export function start(argv: readonly string[], { end = true, env = {}, input = '' }: CommandOptions = {}): Command {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...argv], {
    cwd: project,
    env: { ...plainEnvironment, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  const heard = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    heard();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
    heard();
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err, milliseconds: performance.now() - begun }));
  });
  child.stdin.write(input);
  if (end) child.stdin.end();
  onTestFinished(() => void child.kill('SIGKILL'));
  const says = (what: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof what === 'string' ? (out + err).includes(what) : what.test(out + err)) resolve();
      };
      listeners.add(look);
      void finished.then(() => reject(new Error(`ended without saying ${String(what)}:\n${out}${err}`)));
      look();
    });
  return { child, finished, says };
}

export function run(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return start(argv, options).finished;
}
