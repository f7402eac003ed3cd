/** `npm run demo`: three documents become three running guests, and things happen to them. With --keep they run on afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { merge } from 'rxjs';
import type { ParsedDocument } from '../../src/index.js';
import { createEngine, formatProblem, parseDocuments, readDocumentFiles } from '../../src/index.js';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { processTerminal } from '../../src/cli/terminal.js';
import { painter } from '../../src/cli/text/paint.js';
import { heartbeats } from './heartbeats.js';
import { Interrupted, interrupted } from './interrupts.js';
import { killAllOf, processesOf } from './leftovers.js';
import { play } from './story.js';
import { summary } from './summary.js';
import { tellerFor } from './teller.js';
import { claim, NotAsTold, untilOver } from './until.js';

const documentsFolder = join(import.meta.dirname, '../../demo');

async function documents(): Promise<readonly ParsedDocument[]> {
  const parsed = parseDocuments(await readDocumentFiles([relative(process.cwd(), documentsFolder)]), { workingDirectory: process.cwd() });
  if (!parsed.ok) throw new NotAsTold(parsed.problems.map(formatProblem).join('\n'));
  return parsed.documents;
}

/** The paths of the sockets in it end at 107 bytes, so a long TMPDIR is no place for it. */
function newStateDirectory(): string {
  const parent = tmpdir().length > 50 ? '/tmp' : tmpdir();
  return mkdtempSync(join(parent, 'windlass-'));
}

async function demo(keep: boolean): Promise<number> {
  const began = performance.now();
  const terminal = processTerminal();
  const paint = painter(terminal.colour);
  const stateDirectory = newStateDirectory();
  /** Also where somebody interrupts twice: the guests outlive an engine, but not this demo. */
  const clean = (): void => {
    killAllOf(stateDirectory);
    rmSync(stateDirectory, { recursive: true, force: true });
  };
  process.once('exit', clean);
  const interrupt = interrupted();
  using beats = heartbeats();
  const engine = await createEngine({ stateDirectory, drainDeadline: 10_000 });
  using teller = tellerFor({ terminal, paint, engine, beats, began });
  const tell = (text: string): void => teller.tell(text);
  try {
    const until = untilOver(merge(engine.status$, beats.beats$), interrupt);
    const facts = await play({ engine, beats, until, tell, strong: (text) => paint('bold', text) }, await documents());
    const kept = keep ? engine.list().flatMap(({ anchor, name }) => (anchor === null ? [] : [name])) : [];
    if (keep) process.off('exit', clean);
    else tell('the end: the other guests have their power buttons pressed, too');
    await engine.stop({ guests: keep ? 'leave' : 'halt' });
    claim(processesOf(stateDirectory).length === kept.length, `${kept.length} guests are left running`);
    teller.conclude(summary(facts, { took: performance.now() - began, stateDirectory, kept }, paint));
    return exitCodes.done;
  } catch (thrown) {
    if (thrown instanceof Interrupted) tell('interrupted; halting the guests');
    else tell(paint('red', `not as told: ${thrown instanceof NotAsTold ? thrown.message : String(thrown)}`));
    await engine.stop({ guests: 'halt' });
    return thrown instanceof Interrupted ? exitCodes.interrupted : exitCodes.problems;
  }
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
process.exitCode = await demo(values.keep);
