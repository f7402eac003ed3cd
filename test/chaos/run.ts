/** One run of chaos, from the first document to the last process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createActions, signalled } from './actions.js';
import type { AnchorScan } from './anchors.js';
import { createAnchorScan } from './anchors.js';
import { untilCalm } from './calm.js';
import { createDocumentsFolder } from './documents-folder.js';
import { createEngineKeeper } from './engine-keeper.js';
import { createHeartbeats } from './heartbeats.js';
import { postMortem } from './post-mortem.js';
import { firstWish, schedule } from './schedule.js';
import { createStateDisk } from './state-disk.js';
import { createTally } from './tally.js';
import type { Trouble } from './trouble.js';
import { createWitness } from './witness.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly domains: number;
  readonly trouble: Trouble;
}

/** Milliseconds within which the host must be as the documents ask once chaos rests. A backoff of a second, a ladder, two busy cores. */
const calmDeadline = 40_000;
/** Milliseconds for the last processes to be gone. */
const endDeadline = 15_000;

/** Resolves to true when no rule was broken. Prints what it does. */
export async function runChaos({ domains, minutes, seed, trouble }: ChaosOptions): Promise<boolean> {
  const directory = mkdtempSync('/tmp/wlc-');
  const disk = createStateDisk(directory);
  const { root } = disk;
  const documents = createDocumentsFolder(directory);
  const scan = createAnchorScan(root);
  const tally = createTally();
  const engineLog = join(directory, 'engine.log');
  const engine = createEngineKeeper({
    root,
    documents: documents.path,
    log: engineLog,
    trouble,
    mayFail: () => disk.full(),
    onReport(report) {
      if (report.say === 'adopted') tally.adopted();
      else if (report.say === 'was-cut') tally.wasCut();
      else if (report.say === 'trouble') trouble.tell(`the engine could not apply the documents: ${report.message}`);
    },
  });
  const heartbeats = createHeartbeats(root);
  const witness = createWitness({ scan, heartbeats, documents, engine, trouble });
  const actions = createActions({ scan, disk, documents, engine });
  const calm = async (): Promise<void> => {
    actions.rest();
    tally.calm(await untilCalm({ root, documents, heartbeats, witness, trouble, deadline: calmDeadline }));
  };
  const names = Array.from({ length: domains }, (_, index) => `d${String(index).padStart(2, '0')}`);
  console.log(`chaos of ${minutes} min with seed ${seed}, ${domains} domains, in ${root} (${disk.isReal ? 'a small tmpfs' : 'a full disk is injected'})`);

  try {
    for (const name of names) documents.write(name, firstWish);
    engine.start();
    await calm();
    const begun = performance.now();
    for (const step of schedule(seed, names)) {
      if (trouble.signal.aborted) break;
      await sleep(step.wait, undefined, { signal: trouble.signal }).catch(() => undefined);
      if (step.action.kind === 'calm') await calm();
      else tally.note(step, actions.carryOut(step.action));
      if (step.action.kind === 'calm' && performance.now() - begun > minutes * 60_000) break;
    }
    const seconds = (performance.now() - begun) / 1000;
    if (!trouble.signal.aborted) {
      // Without documents nothing may be left, and nobody but the engine takes it away.
      for (const name of names) documents.remove(name);
      await calm();
      await engine.down('SIGTERM', undefined);
      lookForHelpers(scan, engine.pids, trouble);
    }
    const violation = trouble.first();
    if (violation !== undefined) console.log(postMortem({ violation, root, engineLog, lastSteps: tally.last() }));
    console.log(tally.summary({ seconds, starts: engine.starts(), looks: witness.looks() }));
    return violation === undefined;
  } finally {
    witness.stop();
    trouble.interrupt();
    await engine.down('SIGKILL', undefined);
    await endAll(scan);
    disk.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What an engine has started to help it must end with it. */
function lookForHelpers(scan: AnchorScan, engines: ReadonlySet<number>, trouble: Trouble): void {
  scan.look();
  const left = scan.helpersOf(engines);
  if (left.length > 0) trouble.tell(`processes of engines that are gone: ${left.join(', ')}`);
}

async function endAll(scan: AnchorScan): Promise<void> {
  // An engine that was killed in the middle of a launch leaves a child that becomes an anchor a moment later.
  let clean = 0;
  for (const end = performance.now() + endDeadline; clean < 10; ) {
    const living = [...scan.look().values()].flat();
    clean = living.length === 0 ? clean + 1 : 0;
    await sleep(20);
    for (const anchor of living) signalled(scan, anchor, 'SIGKILL');
    if (performance.now() > end) {
      console.error(`processes that do not end after SIGKILL: ${living.map(({ pid }) => pid).join(', ')}`);
      return;
    }
  }
}
