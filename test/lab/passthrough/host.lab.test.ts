/** What the lab's host itself needs: its way to the network, and its disk. No document gets them, whatever it says. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Running } from '../product/running.js';
import { functions } from './hardware.js';
import { productLab } from './product-lab.js';
import { driverOf, interfaceOf, run } from './words.js';

const { lab, windlass } = productLab();
let engine: Running;
/** Interfaces, by what they are for. */
const names = { management: '', port: '', spare: '' };

beforeAll(async () => {
  names.management = await interfaceOf(lab, functions.management);
  names.port = await interfaceOf(lab, functions.twins[0]);
  names.spare = await interfaceOf(lab, functions.express);
  await run(lab, 'ip', 'addr', 'add', '10.7.0.5/24', 'dev', names.management);
  await run(lab, 'ip', 'link', 'set', names.management, 'up');
  await run(lab, 'ip', 'route', 'add', 'default', 'via', '10.7.0.1');
  await run(lab, '/lab-bin/busybox', 'brctl', 'addbr', 'br0');
  await run(lab, '/lab-bin/busybox', 'brctl', 'addif', 'br0', names.port);
  await run(lab, '/lab-bin/busybox', 'mke2fs', '/dev/nvme1n1');
  await run(lab, 'mkdir', '-p', '/run/data');
  await run(lab, '/lab-bin/busybox', 'mount', '-t', 'ext4', '/dev/nvme1n1', '/run/data');
}, 120_000);

afterEach(() => windlass.clear());

const cases = [
  { name: 'cut-off', what: 'the NIC through which the host is reached', address: functions.management, driver: 'virtio-pci', says: () => `carries ${names.management}, through which the host is reached (default route, 10.7.0.5)` },
  { name: 'unbridged', what: "a bridge's port", address: functions.twins[0], driver: 'e1000', says: () => `carries ${names.port}, a port of the bridge br0` },
  { name: 'diskless', what: 'the controller of a mounted disk', address: functions.disk, driver: 'nvme', says: () => 'carries nvme1n1, mounted at /run/data' },
];

test.each(cases)('$what is refused by its name, by plan and engine, and nothing is touched', async ({ address, driver, name, says }) => {
  await windlass.write({ [name]: { pci: [{ address }] } });
  const { code, stderr, stdout } = await windlass.run('plan', '/tmp/domains');
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain(`spec.pci[0]`);
  expect(stdout + stderr).toContain(`${address} ${says()}`);
  engine = windlass.up();
  const { data } = await engine.until('windlass.domain.condition', name, ({ condition }) => condition.reason === 'PLAN_DEVICE_NEEDED');
  expect(data.condition.message).toContain(`${address} ${says()}`);
  expect(await driverOf(lab, address)).toBe(driver);
});

test('a NIC that comes into use between plan and start is refused before it is touched, and taken once it is free', async () => {
  await run(lab, 'cp', '/project/probe.img', '/run/shared.img');
  const disks = [{ image: '/run/shared.img', format: 'raw' as const }];
  const greedy = { disks, pci: [{ address: functions.express }] };
  await windlass.write({ first: { disks } });
  engine = windlass.up();
  await engine.untilRunning('first');
  // It is planned, and waits for the disk; meanwhile the NIC gets its address.
  await windlass.write({ first: { disks }, greedy });
  await engine.until('windlass.domain.condition', 'greedy', ({ condition }) => condition.reason === 'CLAIM_HELD');
  await run(lab, 'ip', 'addr', 'add', '10.8.0.5/24', 'dev', names.spare);
  await run(lab, 'ip', 'link', 'set', names.spare, 'up');
  await windlass.write({ greedy });
  const { data } = await engine.until('windlass.domain.ended', 'greedy', () => true);
  expect(data.end).toMatchObject({ cause: 'prepare-failed', message: expect.stringContaining(`carries ${names.spare}, through which the host is reached (10.8.0.5)`) as unknown });
  expect(await driverOf(lab, functions.express)).toBe('e1000e');
  await run(lab, 'ip', 'addr', 'flush', 'dev', names.spare);
  await run(lab, 'ip', 'link', 'set', names.spare, 'down');
  await engine.untilRunning('greedy');
  expect(await driverOf(lab, functions.express)).toBe('vfio-pci');
});
