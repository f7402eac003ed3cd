/** `power: suspended`: what xl 4.20 can, and that 4.17 cannot. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { DomainStatus } from '../../../src/index.js';
import { wantedRelease } from './build/xen-release.js';
import { terminalOf, xenTerminalOf } from './guest-terminal.js';
import type { Product, Running } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

type Documents = Parameters<Product['write']>[0];
type Power = NonNullable<Documents[string]['power']>;

const patience = { timeout: 180_000, interval: 1_000 } as const;

const types = ['pv', 'pvh', 'hvm'] as const;
type GuestType = (typeof types)[number];

/** The same kernel for all; QEMU takes an initrd with one as its package ships it, and with no other. */
const kernels: Readonly<Record<GuestType, string>> = { pv: '/guest/linux.elf', pvh: '/guest/linux.elf', hvm: '/guest/linux.bzimage' };

/** A Linux that says a number twice a second, and reads its disk when it is asked to. */
function sleeperOf(type: GuestType, name = `sleeper-${type}`) {
  const terminal = type === 'hvm' ? xenTerminalOf(lab, name) : terminalOf(lab, name);
  const beats = async (): Promise<readonly number[]> => Array.from((await terminal.said()).matchAll(/HEARTBEAT (\d+)/g), ([, number]) => Number(number));

  /** State and reason, as Xen itself has them: `---ss-` and 2 for one that is suspended. */
  const inXen = async (): Promise<string> => {
    const { stdout } = await lab.exec(['xl', 'list', '-v']);
    return new RegExp(`^${name} +\\d+ +\\d+ +\\d+ +(\\S+) +[\\d.]+ +\\S+ +(\\S+)`, 'm').exec(stdout)?.slice(1).join(' ') ?? 'absent';
  };

  const status = async (): Promise<DomainStatus | undefined> => {
    const { domains } = JSON.parse((await windlass.run('get', '-o', 'json')).stdout) as { readonly domains: readonly DomainStatus[] };
    return domains.find((domain) => domain.name === name);
  };

  /** The mark that says that the sleep is ours. */
  const mark = async (): Promise<string> => (await lab.exec(['sh', '-c', `xenstore-read "/libxl/$(xl domid ${name})/windlass/suspending"`])).stdout.trim();

  const untilAsDesired = async (engine: Running, from?: number): Promise<void> => {
    await engine.until('windlass.domain.condition', name, ({ condition }) => condition.type === 'AsDesired' && condition.status === 'True', from);
  };

  return {
    name,
    terminal,
    beats,
    inXen,
    status,
    mark,
    untilAsDesired,
    document: (power: Power): Documents => ({
      [name]: {
        power,
        memory: type === 'pv' ? '128Mi' : '160Mi',
        disks: [{ image: '/guest/disk.img', format: 'raw', readOnly: true }],
        boot: { kernel: kernels[type], initrd: '/guest/linux.ird', cmdline: 'console=hvc0 quiet g.beat=0.5' },
        xen: { type },
        // An hvm guest's console is its serial port to the engine, which is too slow to beat on.
        ...(type === 'hvm' ? {} : { probes: { ready: { console: { pattern: 'HEARTBEAT 3' } } } }),
        deadlines: { prepare: '120s', launch: '60s', connect: '120s', boot: '60s', ready: '180s', suspend: '120s', ask: '120s', quit: '90s', kill: '90s', silence: '30s' },
      },
    }),
    untilBeats: async (more: number): Promise<void> => {
      const before = (await beats()).length;
      await expect.poll(async () => (await beats()).length, patience).toBeGreaterThan(before + more);
    },
    untilAsleep: async (engine: Running, from?: number): Promise<void> => {
      await untilAsDesired(engine, from);
      expect(await status()).toMatchObject({ state: 'anchored.running.suspended', runState: 'suspended', incarnation: 1 });
      expect(await inXen()).toBe('---ss- 2');
      expect(await mark()).toMatch(/^\d+$/);
    },
    expectSilence: async (): Promise<void> => {
      const before = await beats();
      await sleep(5_000);
      expect(await beats()).toEqual(before);
      expect(await inXen()).toBe('---ss- 2');
    },
  };
}

/** Of one domain: the engine of an earlier test may go on in this one. */
const endsOf = (name: string, ...engines: readonly Running[]): readonly unknown[] =>
  engines.flatMap(({ events }) => events.flatMap((event) => (event.type === 'windlass.domain.ended' && event.subject === name ? [event.data.end] : [])));

describe.runIf(wantedRelease().xen === '4.17')('an xl that cannot suspend', () => {
  test('is found out, and a document that asks for it is refused by name, with the cure', async () => {
    const { document, name } = sleeperOf('pv');
    await lab.put('/tmp/sleeper.json', JSON.stringify({ apiVersion: 'windlass/v1', kind: 'Domain', metadata: { name }, spec: { hypervisor: 'xen', ...document('suspended')[name] } }));
    const { code, stderr, stdout } = await windlass.run('plan', '/tmp/sleeper.json');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('spec.power: not served by the xen adapter: the xl of this host (Xen 4.17');
    expect(stdout + stderr).toContain('use Xen 4.20 or later');
  });
});

describe.runIf(wantedRelease().xen !== '4.17')('a Linux that sleeps', { timeout: 900_000 }, () => {
  test.each(types)('as %s is put to sleep, sleeps through the death of its engine, is woken, and goes on where it was', async (type) => {
    const { beats, document, expectSilence, mark, name, status, terminal, untilAsDesired, untilAsleep, untilBeats } = sleeperOf(type);
    const first = windlass.up();
    let from: number | undefined;
    if (type === 'hvm') {
      // Nothing tells the engine when this one is up, and what boots does not hear that it is to sleep.
      await windlass.write(document('running'));
      await untilAsDesired(first);
      await untilBeats(3);
      from = first.events.length;
    }
    await windlass.write(document('suspended'));
    await untilAsleep(first, from);
    await expectSilence();

    await first.crash();
    const next = windlass.up();
    await untilAsleep(next);
    await expectSilence();

    const woken = next.events.length;
    const before = await beats();
    await windlass.write(document('running'));
    await untilAsDesired(next, woken);
    await untilBeats(5);
    const after = await beats();
    expect(after).toEqual(after.map((_, index) => index + 1));
    expect(after.length).toBeGreaterThan(before.length);
    expect(await mark()).toBe('');
    await terminal.ask('head -c 16 /dev/xvda; echo', /windlass lab dis/);

    const again = next.events.length;
    const asked = performance.now();
    await windlass.write(document('suspended'));
    await untilAsDesired(next, again);
    console.log(`${type}: asleep ${Math.round(performance.now() - asked)} ms after its document asked for it`);
    await untilAsleep(next, again);
    await expectSilence();
    expect(await status()).toMatchObject({ incarnation: 1, lastEnd: null });
    expect(endsOf(name, first, next)).toEqual([]);

    expect(await terminal.said()).not.toMatch(/Oops|BUG|Call Trace/);
    await windlass.write({});
    const { data } = await next.until('windlass.domain.ended', name, () => true);
    expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask', incarnation: 1, later: [] });
  });

  test('as hvm is stopped while it boots where its document has it sleep from the start, boots on when it is woken, and can be asked then', async () => {
    const { beats, document, expectSilence, name, status, terminal, untilAsDesired, untilAsleep, untilBeats } = sleeperOf('hvm', 'early');
    const engine = windlass.up();
    await windlass.write(document('suspended'));
    await untilAsleep(engine);
    // Its kernel has heard nothing: it has no drivers for Xen yet.
    expect(await beats()).toEqual([]);
    await expectSilence();

    const woken = engine.events.length;
    await windlass.write(document('running'));
    await untilAsDesired(engine, woken);
    await untilBeats(5);
    const said = await beats();
    expect(said).toEqual(said.map((_, index) => index + 1));

    const again = engine.events.length;
    await windlass.write(document('suspended'));
    await untilAsleep(engine, again);
    await expectSilence();
    expect(await status()).toMatchObject({ incarnation: 1, lastEnd: null });
    expect(await terminal.said()).not.toMatch(/Oops|BUG|Call Trace/);
    await windlass.write({});
    const { data } = await engine.until('windlass.domain.ended', name, () => true);
    expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask', incarnation: 1, later: [] });
  });

  test('that an operator has suspended is left to him, and goes on when he says so', async () => {
    const { document, inXen, name, status, untilAsDesired, untilBeats } = sleeperOf('pv', 'left-alone');
    const engine = windlass.up();
    const from = engine.events.length;
    await windlass.write(document('running'));
    await untilAsDesired(engine, from);
    await untilBeats(1);
    await lab.exec(['xl', 'suspend', name]);
    await expect.poll(inXen, patience).toBe('---ss- 2');
    await expect.poll(async () => (await status())?.runState, patience).toBe('transitional');
    await sleep(10_000);
    expect(await inXen()).toBe('---ss- 2');
    expect(await status()).toMatchObject({ state: 'anchored.running.degraded', incarnation: 1 });

    await lab.exec(['xl', 'resume', name]);
    await untilBeats(3);
    await expect.poll(async () => (await status())?.state, patience).toBe('anchored.running.healthy');
    expect(engine.events.slice(from).map(({ type }) => type)).not.toContain('windlass.domain.ended');
  });
});
