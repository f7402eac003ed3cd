/** A command line, parsed once into what every command may rely on. */
import { resolve } from 'node:path';
import { UsageError } from './failures.js';
import type { Terminal } from './terminal.js';
import type { Paint } from './text/paint.js';
import { painter } from './text/paint.js';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Output = 'table' | 'json' | 'wide' | 'name';

export interface Invocation {
  readonly terminal: Terminal;
  /** Such as `windlass up`, for messages. */
  readonly command: string;
  readonly paint: Paint;
  readonly output: Output;
  readonly json: boolean;
  /** Absolute; undefined where neither the command line nor WINDLASS_STATE_DIR says it. */
  readonly stateDirectory: string | undefined;
  readonly logLevel: LogLevel;
}

/** Options as commander leaves them: those of the command, and the global ones. */
export interface GlobalOptions {
  readonly stateDir?: string;
  readonly output?: Output;
  readonly color?: boolean;
  readonly logLevel?: LogLevel;
}

export function invocationOf(command: string, options: GlobalOptions, terminal: Terminal): Invocation {
  const directory = options.stateDir ?? terminal.env['WINDLASS_STATE_DIR'];
  if (options.stateDir === '') throw new UsageError('--state-dir wants a directory');
  return {
    terminal,
    command,
    paint: painter(terminal.colour && options.color !== false),
    output: options.output ?? 'table',
    json: options.output === 'json',
    stateDirectory: directory === undefined || directory === '' ? undefined : resolve(terminal.workingDirectory, directory),
    logLevel: options.logLevel ?? 'silent',
  };
}
