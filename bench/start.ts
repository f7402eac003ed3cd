/**
 * What the engine adds to the bare VMM: the same argv, once started bare and once through the engine, in interleaved pairs; the ratio of
 * medians is what counts, since machines are noisy and differ. `npm run bench -- start [--rounds N] [--domains 1,20,50]`
 */
import { cpus, tmpdir } from 'node:os';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createEngine, hostPorts, parseDocuments, qemuAdapter } from 'windlass';
import type { AnchorPlan, Engine, ParsedDocument } from 'windlass';
import { heartbeatImage } from '../test/support/guest-image.js';
import type { BareGuest } from './bare.js';
import { startBare } from './bare.js';
import { median, table } from './figures.js';

const starting = 2 * cpus().length;

/** Milliseconds: of the clock, and of this process's own CPU for each domain (the VMM's is its own). */
interface Took {
  readonly elapsed: number;
  readonly cpu: number;
}

interface Pair {
  readonly bare: Took;
  readonly engine: Took;
}

async function measured(domains: number, work: () => Promise<void>): Promise<Took> {
  const before = process.cpuUsage();
  const begun = performance.now();
  await work();
  const elapsed = performance.now() - begun;
  const { system, user } = process.cpuUsage(before);
  return { elapsed, cpu: (system + user) / 1000 / domains };
}

export interface StartOptions {
  readonly rounds: number;
  readonly domains: readonly number[];
}

/** Prints a table; returns the ratios by number of domains. */
export async function benchStart({ domains, rounds }: StartOptions): Promise<ReadonlyMap<number, number>> {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wl-'));
  const image = heartbeatImage();
  const ratios = new Map<number, number>();
  const rows: string[][] = [];
  try {
    for (const count of domains) {
      const pairs: Pair[] = [];
      // The first pair warms caches and is not counted.
      for (let round = 0; round <= (count === 1 ? rounds * 3 : rounds); round += 1) {
        const pair = await measurePair(join(root, String(round)), image, count, round % 2 === 0);
        if (round > 0) pairs.push(pair);
      }
      const bare = median(pairs.map((pair) => pair.bare.elapsed));
      const engine = median(pairs.map((pair) => pair.engine.elapsed));
      const ratio = engine / bare;
      ratios.set(count, ratio);
      const cpu = (of: 'bare' | 'engine'): string => `${median(pairs.map((pair) => pair[of].cpu)).toFixed(1)} ms`;
      rows.push([String(count), String(pairs.length), `${bare.toFixed(1)} ms`, `${engine.toFixed(1)} ms`, ratio.toFixed(3), cpu('bare'), cpu('engine')]);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  console.log(table(['domains', 'pairs', 'bare', 'engine', 'ratio of medians', 'own CPU a domain, bare', 'engine'], rows));
  console.log('interleaved pairs of the same argv, bare and through the engine, until all of the domains run');
  return ratios;
}

async function measurePair(root: string, image: string, count: number, bareFirst: boolean): Promise<Pair> {
  const documents = documentsFor(image, count);
  // Its probe is kept beside the rounds: one is enough.
  const runBare = (): Promise<Took> => bareRun(join(root, 'b'), dirname(root), documents);
  const runEngine = (): Promise<Took> => engineRun(join(root, 'e'), documents);
  if (bareFirst) {
    const bare = await runBare();
    return { bare, engine: await runEngine() };
  }
  const engine = await runEngine();
  return { bare: await runBare(), engine };
}

function documentsFor(image: string, count: number): readonly ParsedDocument[] {
  const text = Array.from(
    { length: count },
    (_, index) =>
      `---\napiVersion: windlass/v1\nkind: Domain\nmetadata: { name: d${index} }\nspec:\n  memory: 32Mi\n  acceleration: none\n  disks: [ { image: ${image}, readOnly: true } ]\n`,
  ).join('');
  const parsed = parseDocuments([{ file: '/bench.yaml', text }]);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.documents;
}

async function bareRun(root: string, probes: string, documents: readonly ParsedDocument[]): Promise<Took> {
  const plans = await bareRecipes(root, probes, documents);
  let guests: readonly BareGuest[] = [];
  const took = await measured(documents.length, async () => {
    guests = await inTurns(plans, starting, (plan) => startBare(plan));
  });
  await Promise.all(guests.map((guest) => guest.stop()));
  rmSync(root, { recursive: true, force: true });
  return took;
}

/** The very argv that the engine would use, in another directory. */
async function bareRecipes(root: string, probes: string, documents: readonly ParsedDocument[]) {
  await using ports = hostPorts();
  const facts = await qemuAdapter.probe(ports, probes, { acceleration: false });
  const host = await ports.host.facts();
  return documents.map(({ document }) => {
    const directory = join(root, 'qemu', document.metadata.name);
    const at = (name: string): string => join(directory, name);
    const layout = { root, directory, pid: at('pid'), cons: at('cons'), consoleLog: at('console.log'), consoleStart: at('console.start'), anchorLog: at('anchor.log'), record: at('anchor.json') };
    const outcome = qemuAdapter.plan({ document, host, facts, layout });
    if (!outcome.ok) throw new Error(outcome.problems.map(({ message }) => message).join('; '));
    return bareRecipe(outcome.plan, directory);
  });
}

function bareRecipe({ recipe }: AnchorPlan, directory: string) {
  return { executable: recipe.executable, args: recipe.args, cwd: directory, qmp: join(directory, 'qmp') };
}

async function engineRun(root: string, documents: readonly ParsedDocument[]): Promise<Took> {
  const engine = await createEngine({ stateDirectory: root, starting });
  await warm(engine);
  const took = await measured(documents.length, async () => {
    await engine.apply(documents);
    await engine.settled({ signal: AbortSignal.timeout(120_000) });
  });
  await quick(engine);
  rmSync(root, { recursive: true, force: true });
  return took;
}

/** A probe is made once a host, not once a start. */
async function warm(engine: Engine): Promise<void> {
  await engine.plan(documentsFor('/dev/null', 1));
}

/** Guests are not worth a polite end here. */
async function quick(engine: Engine): Promise<void> {
  for (const { anchor } of engine.list()) if (anchor !== null) process.kill(anchor.pid, 'SIGKILL');
  await engine.stop({ guests: 'halt' });
}

async function inTurns<Item, Result>(items: readonly Item[], limit: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const turn = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: limit }, turn));
  return results;
}
