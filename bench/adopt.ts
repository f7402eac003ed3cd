/**
 * A restart with running guests: an engine is killed, and the next one takes over all of its anchors. Pids and heartbeats are compared
 * from outside. `npm run bench -- adopt [--domains 100] [--rounds 7]`
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readState } from 'windlass';
import { heartbeatImage } from '../test/support/guest-image.js';
import { startEngineChild, type EngineChild } from './engine-child.js';
import { median, table } from './figures.js';

export async function benchAdopt({ domains, rounds }: { readonly domains: number; readonly rounds: number }): Promise<void> {
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wl-'));
  const documents = join(root, 'documents.yaml');
  writeFileSync(documents, documentsFor(domains));
  let pids: ReadonlyMap<string, number> = new Map();
  try {
    let engine = await startEngineChild(root, documents, domains);
    pids = await anchorsIn(root, domains);
    const restarts: EngineChild[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await engine.kill();
      engine = await startEngineChild(root, documents, domains);
      restarts.push(engine);
    }
    const before = beats(root, pids);
    await sleep(1_500);
    await engine.kill();
    const lost = [...pids].filter(([name, pid]) => !existsSync(`/proc/${pid}`) || (beats(root, pids).get(name) ?? 0) <= (before.get(name) ?? 0));
    print(restarts, domains, lost.length);
  } finally {
    for (const pid of pids.values()) endQuietly(pid);
    await sleep(200);
    rmSync(root, { recursive: true, force: true });
  }
}

function print(restarts: readonly EngineChild[], domains: number, lost: number): void {
  const of = (values: readonly number[]): string => `${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`;
  console.log(
    table(
      ['domains', 'restarts', 'adopted', 'lost', 'from exec', 'from the documents'],
      [
        [
          String(domains),
          String(restarts.length),
          String(Math.min(...restarts.map(({ adopted }) => adopted))),
          String(lost),
          of(restarts.map(({ sinceExec }) => sinceExec)),
          of(restarts.map(({ sinceApplied }) => sinceApplied)),
        ],
      ],
    ),
  );
  console.log('until every guest is told to run, median and range; from exec: Node itself and the modules of the command line are in it');
}

function documentsFor(count: number): string {
  const image = heartbeatImage();
  return Array.from(
    { length: count },
    (_, index) =>
      `---\napiVersion: windlass/v1\nkind: Domain\nmetadata: { name: d${index} }\nspec:\n  memory: 32Mi\n  acceleration: none\n  disks: [ { image: ${image}, readOnly: true } ]\n`,
  ).join('');
}

async function anchorsIn(root: string, count: number): Promise<ReadonlyMap<string, number>> {
  const { domains } = await readState(root);
  const pids = new Map(domains.flatMap(({ anchor, name }) => (anchor === null ? [] : [[name, anchor.pid] as const])));
  if (pids.size !== count) throw new Error(`${pids.size} of ${count} domains have an anchor`);
  return pids;
}

/** Highest number that each guest has said. */
function beats(root: string, names: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  return new Map(
    [...names.keys()].map((name) => {
      const said = [...readFileSync(join(root, 'qemu', name, 'console.log'), 'latin1').matchAll(/HEARTBEAT (\d+)/g)];
      return [name, Number(said.at(-1)?.[1] ?? 0)];
    }),
  );
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
