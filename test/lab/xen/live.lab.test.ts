/** What a document changes under a living guest. */
import { afterEach, expect, test } from 'vitest';
import { type Product, stateDirectory } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

test('memory grows and shrinks under a Linux guest, in the same run; an operator’s change is set right, and one that was made while no engine ran is caught up with', async () => {
  const guest = (size: string): Parameters<Product['write']>[0] => ({
    elastic: { memory: { size, max: '192Mi' }, boot: { kernel: '/guest/linux.elf', initrd: '/guest/linux.ird', cmdline: 'console=hvc0 quiet' }, xen: { type: 'pv' } },
  });
  const held = async (): Promise<number> => Number(/^elastic +\d+ +(\d+) /m.exec((await lab.exec(['xl', 'list'])).stdout)?.[1]);
  const holds = (mebibytes: number): Promise<void> => expect.poll(held, { timeout: 120_000, interval: 500 }).toBe(mebibytes);
  const console = async (): Promise<string> => (await lab.exec(['cat', `${stateDirectory}/xen/elastic/console.log`])).stdout;
  const memTotal = async (): Promise<number> => {
    const before = (await console()).length;
    await lab.exec(['sh', '-c', 'printf "grep MemTotal /proc/meminfo\\r" > "$0"', `${stateDirectory}/xen/elastic/cons`]);
    const said = async (): Promise<number> => Number(/MemTotal: +(\d+) kB/.exec((await console()).slice(before))?.[1]);
    await expect.poll(said, { timeout: 60_000, interval: 500 }).toBeGreaterThan(0);
    return (await said()) / 1_024;
  };
  const counted = async (): Promise<{ readonly incarnation: number; readonly mebibytes: number }> => {
    const { stdout } = await windlass.run('get', '-o', 'json');
    const { domains } = JSON.parse(stdout) as { readonly domains: readonly { readonly incarnation: number; readonly placement: { readonly memoryBytes: number } }[] };
    return { incarnation: domains[0]?.incarnation ?? 0, mebibytes: (domains[0]?.placement.memoryBytes ?? 0) / 2 ** 20 };
  };

  await windlass.write(guest('128Mi'));
  const engine = windlass.up();
  await engine.untilRunning('elastic');
  await expect.poll(console, { timeout: 180_000, interval: 1_000 }).toContain('GUEST-UP');
  await holds(128);
  const first = await memTotal();
  const before = await counted();

  await windlass.write(guest('160Mi'));
  await holds(160);
  expect((await memTotal()) - first).toBeCloseTo(32, 0);
  await expect.poll(counted, { timeout: 60_000, interval: 1_000 }).toEqual({ incarnation: 1, mebibytes: before.mebibytes + 32 });

  await windlass.write(guest('96Mi'));
  await holds(96);
  expect(first - (await memTotal())).toBeCloseTo(32, 0);
  await expect.poll(counted, { timeout: 60_000, interval: 1_000 }).toEqual({ incarnation: 1, mebibytes: before.mebibytes - 32 });

  expect((await lab.exec(['xl', 'mem-set', 'elastic', '144'])).code).toBe(0);
  const target = async (): Promise<string> => (await lab.exec(['sh', '-c', 'xenstore-read "/local/domain/$(xl domid elastic)/memory/target"'])).stdout.trim();
  await expect.poll(target, { timeout: 60_000, interval: 500 }).toBe(String(96 * 1_024));
  await holds(96);

  await engine.crash();
  await windlass.write(guest('112Mi'));
  const next = windlass.up();
  await next.untilRunning('elastic');
  await holds(112);
  expect((await counted()).incarnation).toBe(1);
  expect([...engine.events, ...next.events].filter(({ type }) => type === 'windlass.domain.ended')).toEqual([]);
});
