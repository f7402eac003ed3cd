import type { Engine } from '../../index.js';
import { createEngine, readState, WindlassError } from '../../index.js';
import type { Removal, Removals } from '../down/removals.js';
import { createRemovals } from '../down/removals.js';
import { namesOf } from '../down/targets.js';
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
  const { json, paint, terminal } = invocation;
  const stateDirectory = stateDirectoryOf(invocation);
  const { domains, engine: holder, orphans } = await readState(stateDirectory);
  if (holder !== null) throw lockedBy(holder.pid, stateDirectory);
  const known = [...domains, ...orphans].map(({ name }) => name);
  const names = all ? known : await namesOf(invocation, targets, known);
  const removals = createRemovals(names, json ? () => undefined : (line) => terminal.out(`${line}\n`), paint);
  const problems = names.length === 0 ? new Map<string, string>() : await haltAll(invocation, { names, removals, stateDirectory, timeout });
  const after = await readState(stateDirectory);
  const left = new Set([...after.domains, ...after.orphans].map(({ name }) => name));
  const results = names.map((name): Removal => ({ name, gone: !left.has(name), end: removals.endOf(name) }));
  const failed = results.filter(({ gone }) => !gone);
  if (json) terminal.out(jsonValue({ ok: failed.length === 0, stateDirectory, domains: results }));
  for (const { name } of failed) terminal.err(`${name}: ${problems.get(name) ?? 'its state cannot be understood, so that nothing was touched; windlass describe tells more'}\n`);
  if (failed.length === 0 && !json) terminal.out(names.length === 0 ? `nothing to halt in ${stateDirectory}\n` : `${counted(names.length, 'domain is', 'domains are')} gone\n`);
  return failed.length === 0 ? exitCodes.done : exitCodes.problems;
}

interface Halting {
  readonly names: readonly string[];
  readonly removals: Removals;
  readonly stateDirectory: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Returns what was still in the way of each domain when the time was over. */
async function haltAll(invocation: Invocation, { names, removals, stateDirectory, timeout }: Halting): Promise<ReadonlyMap<string, string>> {
  using interrupts = catchInterrupts();
  await using engine = await createEngine({ stateDirectory, ...(await engineLogger(invocation)) });
  const subscription = engine.status$.subscribe((message) => removals.show(message));
  const limit = AbortSignal.timeout(timeout);
  try {
    await engine.remove(names, { signal: AbortSignal.any([interrupts.signal, limit]) });
    return new Map();
  } catch (thrown) {
    interrupts.signal.throwIfAborted();
    if (!limit.aborted) throw thrown;
    return new Map(names.map((name) => [name, obstacle(engine, name, timeout)]));
  } finally {
    subscription.unsubscribe();
  }
}

function obstacle(engine: Engine, name: string, timeout: number): string {
  const status = engine.get(name);
  return `not gone after ${inTime(timeout)}: ${status?.phase ?? 'unknown'}${status?.problem == null ? '' : `, ${status.problem.message}`}`;
}

function lockedBy(pid: number, stateDirectory: string): WindlassError {
  return new WindlassError('ENGINE_LOCKED', `an engine (pid ${pid}) runs on ${stateDirectory} and would start again what is halted here`, {
    cure: `take the domains out of the documents that it follows; or stop it (kill ${pid}; its guests run on) and say this again`,
  });
}
