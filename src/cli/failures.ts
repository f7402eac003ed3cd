/** The one place where what was thrown becomes words and an exit code. Loads nothing, since `windlass --help` needs it too. */
import type { WindlassError } from '../index.js';
import type { ExitCode } from './exit-codes.js';
import { exitCodes } from './exit-codes.js';
import { printable, printableLines } from './text/printable.js';

/** The command line itself asks for what cannot be. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command was told to stop by a signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
  }
}

export interface Failure {
  readonly exitCode: ExitCode;
  /** For stderr; complete lines. */
  readonly text: string;
  /** For stdout under `-o json`. */
  readonly json: { readonly ok: false; readonly error: FailureFacts };
}

export interface FailureFacts {
  readonly code: string;
  readonly message: string;
  readonly cure?: string;
  readonly domain?: string;
  readonly field?: string;
  readonly position?: { readonly file: string; readonly line: number; readonly column: number };
}

export function failureOf(thrown: unknown, { command, debug }: { readonly command: string; readonly debug: boolean }): Failure {
  if (thrown instanceof Interrupted) {
    const exitCode = thrown.signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
    return failure(exitCode, '', { code: 'INTERRUPTED', message: thrown.message });
  }
  if (thrown instanceof UsageError) {
    return failure(exitCodes.usage, `${command}: ${printable(thrown.message)}\n  see: ${command} --help\n`, { code: 'USAGE', message: thrown.message });
  }
  if (isWindlassError(thrown)) {
    const exitCode = thrown.code === 'ENGINE_LOCKED' ? exitCodes.locked : exitCodes.problems;
    return failure(exitCode, `${wordsOf(thrown, command)}${debug ? stackOf(thrown) : ''}`, factsOf(thrown));
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const text = `${command}: unexpected: ${printable(message)}\n${debug ? stackOf(thrown) : ''}  this is a defect of Windlass; please report it, with what --log-level debug prints\n`;
  return failure(exitCodes.unexpected, text, { code: 'UNEXPECTED', message });
}

function failure(exitCode: ExitCode, text: string, error: FailureFacts): Failure {
  return { exitCode, text, json: { ok: false, error } };
}

/** By name: two copies of the package in one process do not share the class. */
function isWindlassError(thrown: unknown): thrown is WindlassError {
  return thrown instanceof Error && thrown.name === 'WindlassError' && 'code' in thrown;
}

function wordsOf({ code, cure, message, position }: WindlassError, command: string): string {
  const mend = cure === undefined ? '' : `  to mend it: ${printable(cure)}\n`;
  // A message with positions in it stands as it is, for editors to jump to.
  if (position !== undefined) return `${printableLines(message)}\n${mend}`;
  return `${command}: ${printableLines(message)} (${printable(code)})\n${mend}`;
}

function factsOf({ code, cure, domain, field, message, position }: WindlassError): FailureFacts {
  return {
    code,
    message,
    ...(cure === undefined ? {} : { cure }),
    ...(domain === undefined ? {} : { domain }),
    ...(field === undefined ? {} : { field }),
    ...(position === undefined ? {} : { position }),
  };
}

function stackOf(thrown: unknown): string {
  const lines: string[] = [];
  for (let one = thrown, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) lines.push(`${depth === 0 ? '' : 'caused by '}${one.stack ?? one.message}`);
  return lines.length === 0 ? '' : `${printableLines(lines.join('\n'))}\n`;
}
