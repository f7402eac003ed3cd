import type { Engine } from '../../index.js';
import { createEngine } from '../../index.js';
import { namesOf } from '../down/targets.js';
import type { Removal } from '../down/removals.js';
import { createRemovals } from '../down/removals.js';
import { engineLogger } from '../engine-logger.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import { UsageError } from '../failures.js';
import { catchInterrupts } from '../interrupts.js';
import type { Invocation } from '../invocation.js';
import { durationOption } from '../option-values.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonValue } from '../text/json.js';
import { counted, inTime } from '../text/quantities.js';

export interface DownCommandOptions {
  readonly all?: boolean;
  readonly timeout?: string;
}

/** `windlass down`: an engine that halts and forgets what it is told to, and ends. */
export async function down(invocation: Invocation, targets: readonly string[], { all = false, timeout: limit = '2m' }: DownCommandOptions): Promise<ExitCode> {
  if (all === targets.length > 0) throw new UsageError(all ? '--all leaves no choice: name no domains beside it' : 'name domains or documents, or say --all');
  const timeout = durationOption('--timeout', limit);
  const { json, terminal } = invocation;
  const stateDirectory = stateDirectoryOf(invocation);
  using interrupts = catchInterrupts();
  await using engine = await createEngine({ stateDirectory, ...(await engineLogger(invocation)) });
  // Without documents nothing is started or changed; from here on what is there is known.
  await engine.apply([]);
  const known = engine.orphans().map(({ name }) => name);
  const names = all ? known : await namesOf(invocation, targets, known);
  if (names.length === 0 && !json) terminal.out(`nothing to halt in ${stateDirectory}\n`);
  const removals = createRemovals(names, json ? () => undefined : (line) => terminal.out(`${line}\n`), invocation.paint);
  const subscription = engine.status$.subscribe((message) => removals.show(message));
  const finished = await removed(engine, names, AbortSignal.any([interrupts.signal, AbortSignal.timeout(timeout)]));
  subscription.unsubscribe();
  interrupts.signal.throwIfAborted();
  const left = new Set(engine.orphans().map(({ name }) => name));
  const domains = names.map((name): Removal => ({ ...removals.of(name), name, gone: finished ? !left.has(name) : engine.get(name) === undefined && !left.has(name) }));
  const failed = domains.filter(({ gone }) => !gone);
  if (json) terminal.out(jsonValue({ ok: failed.length === 0, stateDirectory, domains }));
  for (const { name } of failed) terminal.err(`${name}: ${whyLeft(engine, name, timeout, finished)}\n`);
  if (failed.length === 0 && names.length > 0 && !json) terminal.out(`${counted(names.length, 'domain is', 'domains are')} gone\n`);
  return failed.length === 0 ? exitCodes.done : exitCodes.problems;
}

/** False when the time is over first. */
async function removed(engine: Engine, names: readonly string[], signal: AbortSignal): Promise<boolean> {
  try {
    if (names.length > 0) await engine.remove(names, { signal });
    return true;
  } catch (thrown) {
    if (signal.aborted) return false;
    throw thrown;
  }
}

function whyLeft(engine: Engine, name: string, timeout: number, finished: boolean): string {
  const status = engine.get(name);
  if (!finished && status !== undefined) return `not gone after ${inTime(timeout)}: ${status.phase}${status.problem === null ? '' : `, ${status.problem.message}`}`;
  return 'its record cannot be read, so that nothing was touched; look at its state directory, and remove that when no process uses it';
}
