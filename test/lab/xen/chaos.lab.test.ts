/** A short storm in dom0: engines, monitors and domains are killed, guests crash and reboot, documents come and go. Xen itself is the judge. */
import { expect, test } from 'vitest';
import { createRandom } from '../../chaos/random.js';
import { type Running, stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';

/** The same seed, the same blows in the same order; LAB_SEED names another. */
const seed = Number(process.env['LAB_SEED'] ?? 1);
const blows = Number(process.env['LAB_BLOWS'] ?? 24);
const names = ['alpha', 'beta', 'gamma', 'delta'] as const;
const guest = tiny('beat=500', { restart: { policy: 'Always', backoff: { initial: '100ms', max: '1s' } } });

const { lab, windlass } = productLab();

/** Of every domain but dom0: how many there are of each name. */
async function census(): Promise<Readonly<Record<string, number>>> {
  const { code, stdout } = await lab.exec(['xl', 'list']);
  expect(code).toBe(0);
  const counts: Record<string, number> = {};
  for (const line of stdout.split('\n').slice(1)) {
    const [, name] = /^(\S+) +[1-9]\d* /.exec(line) ?? [];
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test(`no domain is lost, doubled or left over after ${blows} blows of seed ${seed}`, { timeout: 30 * 60_000 }, async () => {
  const random = createRandom(seed);
  const wanted = new Set<string>(names);
  const write = (): Promise<void> => windlass.write(Object.fromEntries([...wanted].map((name) => [name, guest])));
  const inDom0 = (script: string, ...args: readonly string[]): Promise<unknown> => lab.exec(['sh', '-c', script, ...args]);
  await write();
  let engine: Running = windlass.up();
  await Promise.all(names.map((name) => engine.untilRunning(name)));

  const kinds = ['engine', 'monitor', 'monitor', 'destroy', 'destroy', 'crash', 'reboot', 'poweroff', 'document'] as const;
  for (let blow = 0; blow < blows; blow += 1) {
    const kind = random.pick(kinds);
    const name = random.pick(names);
    console.log(`blow ${blow + 1}: ${kind} ${name}`);
    switch (kind) {
      case 'engine':
        await engine.crash();
        engine = windlass.up();
        break;
      case 'monitor':
        await inDom0('kill -KILL "$(cat "$0")" 2> /dev/null; true', `${stateDirectory}/xen/${name}/pid`);
        break;
      case 'destroy':
        await inDom0('xl destroy "$0" 2> /dev/null; true', name);
        break;
      case 'crash':
      case 'reboot':
      case 'poweroff':
        await inDom0('[ ! -e "$0" ] || timeout 5 sh -c \'printf "%s\\r" "$1" > "$0"\' "$0" "$1"; true', `${stateDirectory}/xen/${name}/cons`, kind);
        break;
      case 'document':
        if (!wanted.delete(name)) wanted.add(name);
        await write();
        break;
    }
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 4_000)));
    const counts = Object.entries(await census());
    expect(counts.filter(([, count]) => count > 1)).toEqual([]);
  }

  for (const name of names) wanted.add(name);
  await write();
  // By Xen's own word, and by the guests': each beats on.
  await expect.poll(census, { timeout: 5 * 60_000, interval: 2_000 }).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
  const settled = async (): Promise<readonly string[]> => {
    const { stdout } = await windlass.run('get', '-o', 'json');
    const { domains } = JSON.parse(stdout) as { readonly domains: readonly { readonly name: string; readonly phase: string }[] };
    return domains.filter(({ phase }) => phase === 'running').map(({ name }) => name);
  };
  await expect.poll(settled, { timeout: 5 * 60_000, interval: 5_000 }).toEqual([...names].sort());
  const beats = async (): Promise<readonly number[]> =>
    Promise.all(names.map(async (name) => Number((await lab.exec(['sh', '-c', 'grep -c HEARTBEAT "$0" || true', `${stateDirectory}/xen/${name}/console.log`])).stdout)));
  const before = await beats();
  await expect.poll(async () => (await beats()).every((count, index) => count > (before[index] ?? 0)), { timeout: 60_000 }).toBe(true);

  await engine.stop();
  expect((await windlass.run('down', '--all')).code).toBe(0);
  expect(await census()).toEqual({});
});
