/**
 * How soon the death of an anchor is told: from right before `kill -9` until a subscriber has the event, for anchors that the engine has
 * started and for adopted ones, in the engine's own process and in another that follows the journal. `npm run bench -- death [--rounds 30]`
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine, followEvents, parseDocuments, readState } from 'windlass';
import type { Engine, WindlassEvent } from 'windlass';
import { heartbeatImage } from '../test/support/guest-image.js';
import { startEngineChild } from './engine-child.js';
import { median, table } from './figures.js';

/** Anchors of one engine; each is killed once. */
const batch = 10;

export async function benchDeath(rounds: number): Promise<void> {
  const rows: string[][] = [];
  for (const adopted of [false, true])
    for (const outside of [false, true]) {
      const taken: number[] = [];
      while (taken.length < rounds) taken.push(...(await sample({ adopted, outside, count: Math.min(batch, rounds - taken.length) })));
      const sorted = [...taken].sort((one, other) => one - other);
      const at = (share: number): string => `${(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1)} ms`;
      rows.push([adopted ? 'adopted' : 'own child', outside ? 'another process' : 'this process', String(taken.length), `${median(taken).toFixed(1)} ms`, at(0.9), at(1)]);
    }
  console.log(table(['anchor', 'subscriber in', 'deaths', 'median', '90 %', 'longest'], rows));
}

interface Sample {
  readonly adopted: boolean;
  /** The engine is another process than the subscriber, who follows the journal. */
  readonly outside: boolean;
  readonly count: number;
}

async function sample({ adopted, count, outside }: Sample): Promise<readonly number[]> {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wl-'));
  const documents = join(root, 'documents.yaml');
  const text = documentsFor(count);
  writeFileSync(documents, text);
  try {
    if (adopted) await (await startEngineChild(root, documents, count)).kill();
    if (outside) {
      const engine = await startEngineChild(root, documents, count);
      const over = new AbortController();
      const { sequence } = await readState(root);
      const taken = await killEach(root, eventsOf(followEvents(root, { since: sequence, signal: over.signal })));
      over.abort();
      await engine.kill();
      return taken;
    }
    const engine = await createEngine({ stateDirectory: root, starting: 4 });
    const parsed = parseDocuments([{ file: documents, text }]);
    if (!parsed.ok) throw new Error('the documents of the benchmark are wrong');
    await engine.apply(parsed.documents);
    await engine.settled({ signal: AbortSignal.timeout(120_000) });
    const taken = await killEach(root, statusOf(engine));
    await engine.stop({ guests: 'halt' });
    return taken;
  } finally {
    for (const { anchor } of (await readState(root)).domains) if (anchor !== null) process.kill(anchor.pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
}

type Listen = (heard: (event: WindlassEvent) => void) => void;

function eventsOf(events: AsyncIterable<WindlassEvent>): Listen {
  return (heard) =>
    void (async () => {
      for await (const event of events) heard(event);
    })();
}

function statusOf(engine: Engine): Listen {
  return (heard) =>
    void engine.status$.subscribe((message) => {
      if (message.type === 'event') heard(message.event);
    });
}

/** Kills one anchor after another. Milliseconds until each domain is told to be halting. */
async function killEach(root: string, listen: Listen): Promise<readonly number[]> {
  const told = new Map<string, (at: number) => void>();
  listen((event) => {
    if (event.type === 'windlass.domain.phase' && event.data.to === 'halting' && event.subject !== undefined) told.get(event.subject)?.(performance.now());
  });
  const taken: number[] = [];
  await sleep(300);
  for (const [name, pid] of await anchorsIn(root)) {
    const heard = new Promise<number>((resolve) => told.set(name, resolve));
    const begun = performance.now();
    process.kill(pid, 'SIGKILL');
    taken.push((await heard) - begun);
    await sleep(30);
  }
  return taken;
}

/** Pids by name, once the files of all of them tell one: they are written a moment after the event. */
async function anchorsIn(root: string): Promise<readonly (readonly [string, number])[]> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { domains } = await readState(root);
    const pids = domains.flatMap(({ anchor, name }) => (anchor === null ? [] : [[name, anchor.pid] as const]));
    if (pids.length === domains.length && pids.length > 0) return pids;
    await sleep(50);
  }
  throw new Error('a domain has no anchor');
}

function documentsFor(count: number): string {
  const image = heartbeatImage();
  // It is not to come back while the next one is killed.
  return Array.from(
    { length: count },
    (_, index) =>
      `---\napiVersion: windlass/v1\nkind: Domain\nmetadata: { name: d${index} }\nspec:\n  memory: 32Mi\n  acceleration: none\n  restart: Never\n  disks: [ { image: ${image}, readOnly: true } ]\n`,
  ).join('');
}
