/** Guests that their documents pin to CPUs of a node that has two, as Xen tells where they run and where they may. */
import { afterEach, expect, test } from 'vitest';
import { run } from './dom0-words.js';
import { type Product, stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';

type Spec = Parameters<Product['write']>[0][string];

const { lab, windlass } = productLab({ variant: () => ({ cpus: 2 }) });

afterEach(() => windlass.clear());

const guest = (cpu: NonNullable<Spec['cpu']>): Spec => tiny('beat=500', { cpu });

test('a guest runs where its document pins it, and another anywhere: under the next engine too, and where an edited document says', { timeout: 600_000 }, async () => {
  const free = guest(1);
  // The tiny guest starts the first of its vCPUs only.
  const onLast = { bound: ['1 of 1', '- of 1'], free: [expect.stringMatching(/^[01] of all$/)] };
  await windlass.write({ bound: guest({ count: 2, pinning: [1] }), free });
  const engine = windlass.up();
  await engine.untilRunning('bound');
  await engine.untilRunning('free');
  await staysOn(onLast);

  await engine.crash();
  const next = windlass.up();
  for (const name of ['bound', 'free']) expect(await next.untilRunning(name)).toMatchObject({ data: { incarnation: 1 } });
  await staysOn(onLast);

  const place = next.events.length;
  await windlass.write({ bound: guest({ count: 2, pinning: [0] }), free });
  const { data } = await next.until('windlass.domain.ended', 'bound', () => true, place);
  expect(data.end).toMatchObject({ cause: 'edited', rung: 'ask', incarnation: 1 });
  await next.untilRunning('bound', place);
  await staysOn({ ...onLast, bound: ['0 of 0', '- of 0'] });
  expect(next.events.filter(({ subject, type }) => subject === 'free' && type === 'windlass.domain.ended')).toEqual([]);
});

test('a CPU that the node does not have is refused by name, and one that is taken from the guests is waited for by a guest that crashed; Xen itself lets such a guest run on all', { timeout: 600_000 }, async () => {
  await windlass.write({ kept: guest({ pinning: [1] }) });
  const engine = windlass.up();
  await engine.untilRunning('kept');
  const started = engine.events.length;

  await windlass.write({ kept: guest({ pinning: [0, 7] }), other: guest(1) });
  await expect.poll(() => engine.said(), { timeout: 60_000 }).toMatch(/kept\.json:1:\d+ spec\.cpu\.pinning: this host has no CPU 7: its last is 1; name some of 0-1\nthe present state stays\n/);
  expect(await vcpus()).toEqual({ kept: ['1 of 1'] });
  expect(engine.events.slice(started).filter(({ type }) => type === 'windlass.domain.phase')).toEqual([]);
  await lab.put('/run/astray.cfg', 'name = "astray"\nkernel = "/guest/tinypv"\nmemory = 8\ncpus = "7"\n');
  await run(lab, 'xl', 'create', '-q', '/run/astray.cfg');
  expect(await vcpus()).toMatchObject({ astray: [expect.stringMatching(/^[01] of all$/)] });
  await run(lab, 'xl', 'destroy', 'astray');
  await windlass.write({ kept: guest({ pinning: [1] }) });

  await run(lab, 'xl', 'cpupool-cpu-remove', 'Pool-0', '1');
  expect(await vcpus()).toEqual({ kept: ['0 of all'] });
  await run(lab, 'sh', '-c', 'printf "crash\\r" > "$0"', `${stateDirectory}/xen/kept/cons`);
  const { data } = await engine.until('windlass.domain.condition', 'kept', ({ condition }) => condition.type === 'Degraded' && condition.reason.startsWith('PLAN'), started);
  expect(data.condition).toMatchObject({ reason: 'PLAN_CPU_MISSING', message: expect.stringContaining('guests of Xen do not run on CPU 1,') as unknown });
  expect(await windlass.domains()).toEqual([]);
  const waiting = engine.events.length;
  await run(lab, 'xl', 'cpupool-cpu-add', 'Pool-0', '1');
  expect(await engine.untilRunning('kept', waiting)).toMatchObject({ data: { incarnation: 2 } });
  await staysOn({ kept: ['1 of 1'] });
});

/** Of each guest: where its vCPUs run, or ran last (`-`: the guest has not started it), and where they may: `1 of 0-1`. */
async function vcpus(): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, string[]> = {};
  const list = await run(lab, 'xl', 'vcpu-list');
  for (const [, name = '', cpu = '', hard = ''] of list.matchAll(/^(\S+) +[1-9]\d* +\d+ +(\d+|-) +\S+ +[\d.]+ +(\S+) \/ all$/gm)) (found[name] ??= []).push(`${cpu} of ${hard}`);
  return found;
}

/** Looks twice, and each guest has beaten before each: there it ran. */
async function staysOn(expected: Readonly<Record<string, readonly unknown[]>>): Promise<void> {
  for (let looks = 0; looks < 2; looks += 1) {
    const before = await beats();
    await expect.poll(async () => Object.entries(await beats()).every(([name, count]) => count > (before[name] ?? 0)), { timeout: 60_000, interval: 250 }).toBe(true);
    expect(await vcpus()).toEqual(expected);
  }
}

async function beats(): Promise<Readonly<Record<string, number>>> {
  const counts = await run(lab, 'sh', '-c', 'cd "$0" && grep -cH HEARTBEAT */console.log || true', `${stateDirectory}/xen`);
  return Object.fromEntries(Array.from(counts.matchAll(/^(.*)console\.log:(\d+)$/gm), ([, name = '', count]): [string, number] => [name, Number(count)]));
}
