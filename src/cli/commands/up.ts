import type { DocumentFile, Engine, ParsedDocument } from '../../index.js';
import { createEngine, parseDocuments, readDocumentFiles, readState } from '../../index.js';
import { reportMistakes } from '../documents.js';
import { engineLogger } from '../engine-logger.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import { UsageError } from '../failures.js';
import type { Interrupts } from '../interrupts.js';
import { catchInterrupts, untilAborted } from '../interrupts.js';
import type { Invocation } from '../invocation.js';
import { durationOption } from '../option-values.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonValue } from '../text/json.js';
import { counted } from '../text/quantities.js';
import { followDocuments } from '../up/follow-documents.js';
import { outcomeOf, outcomeText } from '../up/outcome.js';
import type { Progress } from '../up/progress.js';
import { progressKind, progressOf } from '../up/progress.js';
import { untilSettled } from '../up/settling.js';

export interface UpCommandOptions {
  readonly once?: boolean;
  readonly timeout?: string;
  readonly guests: 'leave' | 'halt';
  readonly orphans: 'report' | 'reap';
}

interface Work {
  readonly engine: Engine;
  readonly files: readonly DocumentFile[];
  readonly interrupts: Interrupts;
  readonly options: UpCommandOptions;
  readonly paths: readonly string[];
  readonly progress: Progress;
  readonly started: number;
}

/** `windlass up`: an engine in the foreground, fed by files. */
export async function up(invocation: Invocation, paths: readonly string[], options: UpCommandOptions): Promise<ExitCode> {
  const started = performance.now();
  if (options.timeout !== undefined && options.once !== true) throw new UsageError('--timeout needs --once: without it, up does not end by itself');
  const timeout = durationOption('--timeout', options.timeout ?? '60s');
  const files = await readDocumentFiles(paths);
  const result = parseDocuments(files, { workingDirectory: invocation.terminal.workingDirectory });
  if (!result.ok) {
    reportMistakes(invocation, result.problems);
    return exitCodes.problems;
  }
  const stateDirectory = stateDirectoryOf(invocation);
  const unnamed = options.orphans === 'reap' ? await unnamedDomains(stateDirectory, result.documents) : [];
  using interrupts = catchInterrupts();
  const engine = await createEngine({ stateDirectory, ...(await engineLogger(invocation)) });
  const progress = progressOf(progressKind(invocation, options.once !== true), invocation, stateDirectory);
  const subscription = engine.status$.subscribe((message) => progress.show(message));
  const work: Work = { engine, files, interrupts, options, paths, progress, started };
  try {
    await engine.apply(result.documents);
    if (unnamed.length > 0) await engine.remove(unnamed, { signal: interrupts.signal });
    if (options.once === true) return await once(invocation, work, result.documents, timeout);
    await stay(invocation, work);
    throw interrupts.signal.reason;
  } finally {
    if (options.guests === 'leave') subscription.unsubscribe();
    if (interrupts.signal.aborted) progress.note(farewell(engine, options.guests));
    await engine.stop({ guests: options.guests });
    subscription.unsubscribe();
    progress.close();
  }
}

/** What earlier runs left and these documents do not name. */
async function unnamedDomains(stateDirectory: string, documents: readonly ParsedDocument[]): Promise<readonly string[]> {
  const named = new Set(documents.map(({ document }) => document.metadata.name));
  const { domains, orphans } = await readState(stateDirectory);
  return [...domains, ...orphans].map(({ name }) => name).filter((name) => !named.has(name));
}

async function once({ json, paint, terminal }: Invocation, { engine, interrupts, progress, started }: Work, documents: readonly ParsedDocument[], timeout: number): Promise<ExitCode> {
  const names = documents.map(({ document }) => document.metadata.name);
  const settled = await untilSettled(engine, { names, timeout, signal: interrupts.signal });
  const asked = new Set(names);
  const outcome = outcomeOf({
    stateDirectory: engine.stateDirectory,
    milliseconds: Math.round(performance.now() - started),
    timedOut: !settled,
    domains: engine.list().filter(({ name }) => asked.has(name)),
    orphans: engine.orphans(),
  });
  progress.close();
  if (json) terminal.out(jsonValue(outcome));
  if (outcome.ok && !json) terminal.out(outcomeText(outcome, paint));
  if (!outcome.ok) terminal.err(outcomeText(outcome, paint));
  return outcome.ok ? exitCodes.done : exitCodes.problems;
}

/** Follows the documents until it is told to stop. */
async function stay(invocation: Invocation, { engine, files, interrupts, paths, progress }: Work): Promise<void> {
  await using _watch = await followDocuments(invocation, { engine, files, paths, note: (text) => progress.note(text) });
  await untilAborted(interrupts.signal);
}

function farewell(engine: Engine, guests: 'leave' | 'halt'): string {
  const running = engine.list().filter(({ anchor }) => anchor !== null).length;
  if (running === 0) return 'stopping; no guests run\n';
  if (guests === 'halt') return `halting ${counted(running, 'guest')} (Ctrl-C again ends this at once and leaves them)\n`;
  return `leaving ${counted(running, 'guest')} running; windlass up takes them over again, windlass down --all halts them\n`;
}
