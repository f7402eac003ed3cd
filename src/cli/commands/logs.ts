import { stat } from 'node:fs/promises';
import type { StateReading, WindlassEvent } from '../../index.js';
import { followEvents, readState, WindlassError } from '../../index.js';
import type { Found } from '../domains/find.js';
import { findDomain } from '../domains/find.js';
import { keptEvents } from '../domains/journal.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import { UsageError } from '../failures.js';
import { catchInterrupts } from '../interrupts.js';
import type { Invocation } from '../invocation.js';
import { evidenceText, lastEvidence } from '../logs/evidence.js';
import { followFile } from '../logs/follow-file.js';
import { offsetOfLastLines } from '../logs/last-lines.js';
import { createLineGate } from '../logs/line-gate.js';
import { createTextGate } from '../logs/text-gate.js';
import { countOption } from '../option-values.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonLine, jsonValue } from '../text/json.js';
import { eventLine } from '../views/event-line.js';

export interface LogsCommandOptions {
  readonly console?: boolean;
  readonly anchor?: boolean;
  readonly events?: boolean;
  readonly evidence?: boolean;
  readonly follow?: boolean;
  readonly tail?: string;
}

interface Wish {
  readonly follow: boolean;
  readonly tail: number | undefined;
  readonly signal: AbortSignal;
}

/** `windlass logs`: what a domain left in its logs. */
export async function logs(invocation: Invocation, name: string, options: LogsCommandOptions): Promise<ExitCode> {
  using interrupts = catchInterrupts();
  const { signal } = interrupts;
  if (options.evidence === true && options.follow === true) throw new UsageError('evidence is of a run that is over: there is nothing to --follow');
  const wish: Wish = { follow: options.follow ?? false, tail: options.tail === undefined ? undefined : countOption('--tail', options.tail), signal };
  const reading = await readState(stateDirectoryOf(invocation));
  const found = findDomain(reading, name);
  if (options.events === true) await events(invocation, reading, name, wish);
  else if (options.evidence === true) await evidence(invocation, directoryOf(found), wish.tail);
  else await file(invocation, `${directoryOf(found)}/${options.anchor === true ? 'anchor.log' : 'console.log'}`, wish);
  signal.throwIfAborted();
  return exitCodes.done;
}

async function evidence({ json, paint, terminal }: Invocation, directory: string, tail: number | undefined): Promise<void> {
  const bundle = await lastEvidence(directory, tail);
  terminal.out(json ? jsonValue(bundle) : evidenceText(bundle, paint));
}

async function file({ json, terminal }: Invocation, path: string, { follow, signal, tail }: Wish): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined && !follow) throw new WindlassError('LOG_ABSENT', `there is no ${path}`, { cure: 'it is written once the domain runs; --follow waits for it' });
  const from = tail === undefined || there === undefined ? 0 : await offsetOfLastLines(path, tail);
  const gate = json ? createLineGate() : { push: createTextGate(terminal.size() !== undefined), end: () => '' };
  for await (const bytes of followFile(path, { from, follow, signal })) terminal.out(gate.push(bytes));
  terminal.out(gate.end());
}

async function events({ json, paint, terminal }: Invocation, reading: StateReading, name: string, { follow, signal, tail }: Wish): Promise<void> {
  const said = (event: WindlassEvent): string => (json ? jsonLine(event) : `${eventLine(event, paint)}\n`);
  const kept = await keptEvents(reading, name);
  const shown = tail === undefined ? kept : kept.slice(Math.max(0, kept.length - tail));
  for (const event of shown) terminal.out(said(event));
  if (!follow) return;
  for await (const event of followEvents(reading.stateDirectory, { since: reading.sequence, signal })) {
    if (event.subject === name) terminal.out(said(event));
  }
}

function directoryOf({ directory, name, status }: Found): string {
  if (directory !== undefined) return directory;
  throw new WindlassError('LOG_ABSENT', `${name} has no logs: it is ${status?.phase ?? 'not there'}`, { domain: name });
}
