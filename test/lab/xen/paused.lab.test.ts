/** A guest that its document stops and lets go on, and what it takes of the host meanwhile. */
import { afterEach, expect, test } from 'vitest';
import type { DomainUsage } from '../../../src/index.js';
import { run } from './dom0-words.js';
import { stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

test('a running guest is paused by its document and goes on by it, in the same incarnation; its memory and CPU time are those that Xen tells', { timeout: 600_000 }, async () => {
  await windlass.write({ still: tiny() });
  const engine = windlass.up();
  await engine.untilRunning('still');
  await expect.poll(beats, { timeout: 30_000 }).toBeGreaterThan(0);
  const first = await usage();
  // Xen's list has tenths of a second, which a guest that only beats has used up after a while.
  await expect.poll(async () => (await listed()).cpuSeconds, { timeout: 240_000, interval: 1_000 }).toBeGreaterThan(first.cpuSeconds);
  const before = await listed();
  const second = await usage();
  const after = await listed();
  expect(second).toMatchObject({ accountedBy: 'hypervisor', memoryBytes: before.mebibytes * 2 ** 20 });
  expect(second.cpuSeconds).toBeGreaterThan(first.cpuSeconds);
  expect(second.cpuSeconds).toBeGreaterThanOrEqual(before.cpuSeconds);
  expect(second.cpuSeconds).toBeLessThanOrEqual(after.cpuSeconds);

  let place = engine.events.length;
  await windlass.write({ still: tiny('beat=500', { power: 'paused' }) });
  await asDesired(place);
  const paused = await listed();
  expect(paused.state).toBe('--p---');
  const beaten = await beats();
  const third = await usage();
  expect(await beats()).toBe(beaten);
  expect(third.cpuSeconds).toBe(paused.cpuSeconds);
  expect((await listed()).state).toBe('--p---');

  place = engine.events.length;
  await windlass.write({ still: tiny() });
  await asDesired(place);
  await expect.poll(beats, { timeout: 30_000 }).toBeGreaterThan(beaten + 2);
  expect((await listed()).state).toMatch(/^(r-|-b)----$/);
  expect((await described()).domain.incarnation).toBe(1);
  expect(engine.events.filter(({ subject, type }) => subject === 'still' && type === 'windlass.domain.ended')).toEqual([]);

  async function asDesired(from: number): Promise<void> {
    await engine.until('windlass.domain.condition', 'still', ({ condition }) => condition.type === 'AsDesired' && condition.status === 'True', from);
  }
});

interface Described {
  readonly domain: { readonly incarnation: number };
  readonly usage: DomainUsage | null;
}

/** As a user of the command line is told. */
async function described(): Promise<Described> {
  const { code, stderr, stdout } = await windlass.run('describe', 'still', '-o', 'json');
  if (code !== 0) throw new Error(`windlass describe: ${stderr}`);
  return JSON.parse(stdout) as Described;
}

async function usage(): Promise<DomainUsage> {
  const { usage: told } = await described();
  if (told === null) throw new Error('windlass describe tells no usage');
  return told;
}

/** The line of the guest in `xl list`. */
async function listed(): Promise<{ readonly mebibytes: number; readonly state: string; readonly cpuSeconds: number }> {
  const list = await run(lab, 'xl', 'list');
  const [, mebibytes, state = '', cpuSeconds] = /^still +\d+ +(\d+) +\d+ +(\S+) +([\d.]+)$/m.exec(list) ?? [];
  return { mebibytes: Number(mebibytes), state, cpuSeconds: Number(cpuSeconds) };
}

async function beats(): Promise<number> {
  return Number((await lab.exec(['sh', '-c', 'grep -c HEARTBEAT "$0" || true', `${stateDirectory}/xen/still/console.log`])).stdout);
}
