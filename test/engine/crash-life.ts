/**
 * A whole life of one domain (start, edit, a killed anchor, removal) under an engine that dies at a chosen point of it, and what a second
 * engine makes of what it finds. Tells what is wrong, seen by /proc and the directory.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostPorts } from '../../src/effects/host-ports.js';
import type { LaunchedProcess, ProcessIdentity } from '../../src/effects/ports/processes.js';
import type { Engine, HypervisorAdapter, ParsedDocument } from '../../src/index.js';
import { createEngine } from '../../src/index.js';
import type { CrashingPorts, CrashPoint } from './crashing-ports.js';
import { crashingPorts } from './crashing-ports.js';

export interface LifeOf {
  readonly adapter: HypervisorAdapter;
  /** A document of the domain `one`; another size needs another anchor. */
  readonly document: (memory: '16Mi' | '24Mi') => ParsedDocument;
}

export interface CrashOutcome {
  /** What the engine had done last; undefined when it lived through everything. */
  readonly after: string | undefined;
  readonly stage: string;
  readonly problems: readonly string[];
}

interface Stage {
  readonly name: string;
  readonly documents: readonly ParsedDocument[];
  /** From outside, once the stage before is reached. */
  readonly disturb?: (engine: Engine) => void;
  readonly reached: (engine: Engine) => boolean;
}

/** Milliseconds for a step; the machine may be busy. */
const deadline = 15_000;

/** `removedMeanwhile`: the document went while no engine ran. */
export async function liveAndCrash(life: LifeOf, real: HostPorts, root: string, point: CrashPoint, removedMeanwhile: boolean): Promise<CrashOutcome> {
  const problems: string[] = [];
  const launched: ProcessIdentity[] = [];
  /** Pids of anchors that live; every start passes here. */
  const living = async (): Promise<readonly number[]> => {
    const seen = await Promise.all(launched.map(async (identity) => ((await real.processes.presence(identity)) === 'absent' ? [] : [identity.pid])));
    return seen.flat();
  };
  const launching = async (launch: () => Promise<LaunchedProcess>): Promise<LaunchedProcess> => {
    const before = await living();
    if (before.length > 0) problems.push(`an anchor is started while ${before.join(', ')} live`);
    const started = await launch();
    launched.push(started.identity);
    return started;
  };
  const stages = stagesOf(life);
  const first = crashingPorts(real, point, launching);
  let stage: Stage | undefined;
  const begun = await Promise.race([engineOn(life, root, first), first.death]);
  for (const next of stages) {
    if (stage !== undefined && first.isDead()) break;
    stage = next;
    if (begun === undefined) break;
    await Promise.race([begun.apply(next.documents), first.death]);
    next.disturb?.(begun);
    if (!(await until(() => first.isDead() || next.reached(begun)))) problems.push(`${next.name} was not reached: ${told(begun)}`);
  }
  if (!first.isDead()) await Promise.race([begun?.stop(), first.death]);

  const second = await engineOn(life, root, crashingPorts(real, { after: Infinity, half: false }, launching));
  const documents = removedMeanwhile ? [] : (stage?.documents ?? []);
  await second.apply(documents);
  const wanted = documents.length;
  if (!(await until(async () => second.list().every(({ state }) => state === 'anchored.running.healthy') && second.list().length === wanted && (await living()).length === wanted)))
    problems.push(`not as desired after the crash: anchors ${(await living()).join(', ')}; ${told(second)}`);
  const [anchor] = await living();
  if (wanted > 0 && second.get('one')?.anchor?.pid !== anchor) problems.push(`the status names ${second.get('one')?.anchor?.pid}, and ${anchor} lives`);

  await second.apply([]);
  if (!(await until(async () => second.list().length === 0 && (await living()).length === 0 && !existsSync(join(root, life.adapter.name, 'one')))))
    problems.push(`not gone: anchors ${(await living()).join(', ')}; ${told(second)}; left ${leftIn(root).join(', ')}`);
  await second.stop();
  const unfinished = leftIn(root).filter((name) => name.endsWith('.tmp'));
  if (unfinished.length > 0) problems.push(`left unfinished: ${unfinished.join(', ')}`);
  for (const pid of await living()) process.kill(pid, 'SIGKILL');
  return { after: first.isDead() ? `${first.changes.length} ${first.changes.at(-1) ?? 'nothing'}` : undefined, stage: stage?.name ?? '', problems };
}

function engineOn({ adapter }: LifeOf, root: string, { ports }: CrashingPorts): Promise<Engine> {
  return createEngine({ stateDirectory: root, adapters: [adapter], ports, orphans: 'reap', drainDeadline: deadline });
}

function stagesOf({ adapter, document }: LifeOf): readonly Stage[] {
  const healthy =
    (incarnation: number) =>
    (engine: Engine): boolean =>
      engine.get('one')?.state === 'anchored.running.healthy' && engine.get('one')?.incarnation === incarnation;
  return [
    { name: 'start', documents: [document('16Mi')], reached: healthy(1) },
    { name: 'edit', documents: [document('24Mi')], reached: healthy(2) },
    {
      name: 'killed anchor',
      documents: [document('24Mi')],
      disturb: (engine) => {
        const pid = engine.get('one')?.anchor?.pid;
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      },
      reached: healthy(3),
    },
    { name: 'removal', documents: [], reached: (engine) => engine.list().length === 0 && !existsSync(join(engine.stateDirectory, adapter.name, 'one')) },
  ];
}

/** False at the deadline. */
async function until(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + deadline; !(await holds()); ) {
    if (Date.now() > end) return false;
    await sleep(5);
  }
  return true;
}

function told(engine: Engine): string {
  return JSON.stringify(engine.list().map(({ anchor, incarnation, lastEnd, name, problem, state }) => ({ name, state, incarnation, anchor: anchor?.pid, problem, lastEnd })));
}

function leftIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true }).map(String);
}
