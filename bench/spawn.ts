/**
 * What does a launch cost, by the engine and by its spawner process, as the engine grows? Run: `npx tsx bench/spawn.ts`.
 *
 * Columns, medians in milliseconds: `blocks` is how long a launch keeps Node's loop from everything else, `identity` is how long until
 * the caller has the process's identity, `20 at once` is how long until twenty concurrent launches have theirs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostPorts, hostPorts } from '../src/effects/host-ports.js';

const megabyte = 1024 * 1024;
const sizes = [0, 150, 250, 400, 600, 900];
const rounds = 40;
const ballast: unknown[] = [];

interface Figures {
  readonly blocks: number;
  readonly identity: number;
  readonly twenty: number | undefined;
}

const directory = mkdtempSync(join(tmpdir(), 'windlass-bench-'));
await using direct = hostPorts({ spawner: 'never' });
await using through = hostPorts({ spawner: 'always' });
try {
  await launch(direct);
  await launch(through);
  console.log('         direct                           spawner');
  console.log('    RSS  blocks  identity  20 at once     blocks  identity  20 at once');
  for (const size of sizes) {
    growTo(size * megabyte);
    // Interleaved, so that what else the machine does falls on both.
    const samples = { direct: [] as Figures[], through: [] as Figures[] };
    for (let round = 0; round < rounds; round += 1) {
      samples.direct.push(await sample(direct, round));
      samples.through.push(await sample(through, round));
    }
    const rss = `${(process.memoryUsage.rss() / megabyte).toFixed(0).padStart(4)} MB`;
    console.log(`${rss} ${columns(samples.direct)}    ${columns(samples.through)}`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function sample(ports: HostPorts, round: number): Promise<Figures> {
  const began = performance.now();
  const launching = launch(ports);
  // Whatever the launch does on this thread happens before the next turn of the loop.
  await new Promise(setImmediate);
  const blocks = performance.now() - began;
  const { exited } = await launching;
  const identity = performance.now() - began;
  await exited;
  if (round % 8 !== 0) return { blocks, identity, twenty: undefined };
  const all = performance.now();
  const twenty = await Promise.all(Array.from({ length: 20 }, () => launch(ports)));
  const lasted = performance.now() - all;
  await Promise.all(twenty.map((one) => one.exited));
  return { blocks, identity, twenty: lasted };
}

async function launch(ports: HostPorts): Promise<{ readonly exited: Promise<unknown> }> {
  return ports.processes.launchDetached({ executable: '/bin/true', args: [], env: {}, cwd: '/', log: join(directory, 'log') });
}

/** Objects, not buffers: many small pages of heap, as actors are. */
function growTo(bytes: number): void {
  while (process.memoryUsage.rss() < bytes) ballast.push(Array.from({ length: 10_000 }, (_, index) => ({ index, name: `actor-${index}` })));
}

function columns(figures: readonly Figures[]): string {
  const twenty = figures.flatMap((one) => (one.twenty === undefined ? [] : [one.twenty]));
  const cells = [median(figures.map(({ blocks }) => blocks)).toFixed(2), median(figures.map(({ identity }) => identity)).toFixed(2), median(twenty).toFixed(1)];
  return `${(cells[0] ?? '').padStart(6)} ${(cells[1] ?? '').padStart(9)} ${(cells[2] ?? '').padStart(11)}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
