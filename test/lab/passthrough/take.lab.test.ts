/** Functions of groups of their own, given to guests that use them, and given back. */
import { afterEach, expect, test } from 'vitest';
import type { PciSurvey } from '../../../src/effects/ports/pci.js';
import { stateDirectory } from '../product/product.js';
import type { Running } from '../product/running.js';
import { functions } from './hardware.js';
import { productLab } from './product-lab.js';
import { anchorOf, askMonitor, consoleOf, driverOf, driversOf, run } from './words.js';

const { lab, windlass } = productLab({ 'dist/groups': 'test/lab/passthrough/programs/groups.ts' });
let engine: Running;

afterEach(() => windlass.clear());

async function up(documents: Parameters<typeof windlass.write>[0]): Promise<void> {
  await windlass.write(documents);
  engine = windlass.up();
  for (const name of Object.keys(documents)) await engine.untilRunning(name);
}

test('the isolation groups that are worked out are those that the kernel has made', async () => {
  const { derived, survey } = JSON.parse(await run(lab, 'node', '/project/dist/groups.js')) as { survey: PciSurvey; derived: Record<string, string> };
  expect(survey.unknown).toEqual([]);
  const sets = (groupOf: (address: string) => string | undefined): readonly string[] => {
    const members = new Map<string, string[]>();
    for (const { address } of survey.functions) members.set(groupOf(address) ?? address, [...(members.get(groupOf(address) ?? address) ?? []), address]);
    return [...members.values()].map((set) => set.sort().join(' ')).sort();
  };
  const kernel = sets((address) => survey.functions.find((one) => one.address === address)?.iommuGroup);
  expect(kernel).toContain(functions.twins.join(' '));
  expect(kernel).toContain([functions.bridge, ...functions.behindBridge].join(' '));
  expect(sets((address) => derived[address])).toEqual(kernel);
});

test('a guest reads, writes and is read by the device that it is given, and the host has it back afterwards', async () => {
  expect(await driverOf(lab, functions.express)).toBe('e1000e');
  await up({ prober: { pci: [{ address: functions.edu }, { address: functions.express }] } });
  expect(await driverOf(lab, functions.edu)).toBe('vfio-pci');
  expect(await driverOf(lab, functions.express)).toBe('vfio-pci');
  await expect.poll(() => consoleOf(lab, 'prober'), { timeout: 60_000 }).toContain('PROBE done');
  const said = await consoleOf(lab, 'prober');
  expect(said).toContain('EDU id=010000ed live=ok dma=ok');
  // The e1000e is on a bus of its own, below its root port.
  expect(said).toMatch(/PCI 01:00\.0 8086:10d3/);
  expect(JSON.stringify(await askMonitor(lab, 'prober', 'query-pci'))).toContain('"qdev_id": "pci1"'.replace(': ', ':'));

  await windlass.write({});
  const { data } = await engine.until('windlass.domain.ended', 'prober', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'press' });
  await engine.until('windlass.domain.forgotten', 'prober', () => true);
  // The domain waits no more than some seconds for that; an emulated machine may need longer. One of them had none.
  await expect.poll(() => driversOf(lab, [functions.express, functions.edu]), { timeout: 60_000 }).toEqual(['e1000e', 'none']);
  expect((await run(lab, 'cat', `/sys/bus/pci/devices/${functions.edu}/driver_override`)).trim()).toBe('(null)');
});

test('an engine that is killed leaves the guest its device; the next one adopts both, and gives the device back in the end', async () => {
  await up({ stayer: { pci: [{ address: functions.express }] } });
  const anchor = await anchorOf(lab, 'stayer');
  await engine.crash();
  engine = windlass.up();
  expect(await engine.untilRunning('stayer')).toMatchObject({ data: { incarnation: 1 } });
  expect(await anchorOf(lab, 'stayer')).toBe(anchor);
  expect(await driverOf(lab, functions.express)).toBe('vfio-pci');
  await windlass.write({});
  await engine.until('windlass.domain.forgotten', 'stayer', () => true);
  await expect.poll(() => driverOf(lab, functions.express), { timeout: 60_000 }).toBe('e1000e');
});

test('what an engine had taken when it was killed, and for nobody yet, is given back by the next one', async () => {
  // As a kill between the taking and the record of the launch leaves it.
  const boot = (await run(lab, 'cat', '/proc/sys/kernel/random/boot_id')).trim();
  await run(lab, 'mkdir', '-p', `${stateDirectory}/taken-devices`);
  await lab.put(`${stateDirectory}/taken-devices/${functions.express}.json`, JSON.stringify({ bootId: boot, driver: 'e1000e' }));
  const steps = 'cd /sys/bus/pci && echo vfio-pci > "devices/$0/driver_override" && echo "$0" > "devices/$0/driver/unbind" && echo "$0" > drivers_probe';
  await run(lab, 'sh', '-c', steps, functions.express);
  expect(await driverOf(lab, functions.express)).toBe('vfio-pci');
  await windlass.up().stop();
  windlass.up();
  await expect.poll(() => driverOf(lab, functions.express), { timeout: 60_000 }).toBe('e1000e');
});

test('QEMU as another user: refused while it may not lock the guest’s memory, and the guest uses its device once it may', async () => {
  const documents = { humble: { user: 'nobody', pci: [{ address: functions.edu }] } };
  await windlass.write(documents);
  const { code, stderr, stdout } = await windlass.run('plan', '/tmp/domains');
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/spec\.pci.*has all of its memory locked, 64 MiB here, and its user may lock 8 MiB/);
  // Every command inside inherits what the agent may, and so does the next engine.
  await run(lab, 'sh', '-c', 'prlimit --pid "$(pgrep -f "^node .*[a]gent.mjs")" --memlock=unlimited');
  await windlass.up().stop();
  await up(documents);
  await expect.poll(() => consoleOf(lab, 'humble'), { timeout: 60_000 }).toContain('EDU id=010000ed live=ok dma=ok');
  const { stdout: owner } = await lab.exec(['stat', '-c', '%U', `/proc/${await anchorOf(lab, 'humble')}`]);
  expect(owner.trim()).toBe('nobody');
});
