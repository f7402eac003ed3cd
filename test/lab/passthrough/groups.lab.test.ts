/** Isolation groups: who gets one function of a group has all of it, or none. */
import { afterEach, expect, test } from 'vitest';
import type { Running } from '../product/running.js';
import { functions } from './hardware.js';
import { productLab } from './product-lab.js';
import { consoleOf, driversOf, interfaceOf, run } from './words.js';

const { lab, windlass } = productLab();
const { behindBridge, bridge, splitting, twins } = functions;
let engine: Running;

afterEach(() => windlass.clear());

test('half of a group is given, and the other half is kept back with it, as the plan says', async () => {
  await windlass.write({ half: { pci: [{ address: twins[0] }] } });
  const { code, stdout } = await windlass.run('plan', '/tmp/domains');
  expect(code).toBe(0);
  expect(stdout).toContain(`${twins[1]} shares isolation group`);
  engine = windlass.up();
  await engine.untilRunning('half');
  expect(await driversOf(lab, twins)).toEqual(['vfio-pci', 'vfio-pci']);
  await expect.poll(() => consoleOf(lab, 'half'), { timeout: 60_000 }).toContain('PROBE done');
  // The guest is shown the one that it was given.
  expect(Array.from((await consoleOf(lab, 'half')).matchAll(/8086:100e/g))).toHaveLength(1);
  await windlass.write({});
  await engine.until('windlass.domain.forgotten', 'half', () => true);
  expect(await driversOf(lab, twins)).toEqual(['e1000', 'e1000']);
});

test('a group of which the host uses a part is refused, with the names of both, and nothing is touched', async () => {
  const name = await interfaceOf(lab, twins[1]);
  await run(lab, 'ip', 'link', 'set', name, 'up');
  await windlass.write({ later: { pci: [{ address: twins[0] }] } });
  const { code, stderr, stdout } = await windlass.run('plan', '/tmp/domains');
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(new RegExp(`spec\\.pci\\[0\\].*: ${twins[0]} shares .* with ${twins[1]}, and that carries ${name}, which is up`));
  expect(await driversOf(lab, twins)).toEqual(['e1000', 'e1000']);

  // The engine waits for it, and takes it once it is free.
  engine = windlass.up();
  await engine.until('windlass.domain.condition', 'later', ({ condition }) => condition.reason === 'PLAN_DEVICE_NEEDED');
  expect(await driversOf(lab, twins)).toEqual(['e1000', 'e1000']);
  await run(lab, 'ip', 'link', 'set', name, 'down');
  await engine.untilRunning('later');
  expect(await driversOf(lab, twins)).toEqual(['vfio-pci', 'vfio-pci']);
});

test('two domains that want the two halves of a group: the second waits until the first is gone', async () => {
  await windlass.write({ one: { pci: [{ address: behindBridge[0] }] } });
  engine = windlass.up();
  await engine.untilRunning('one');
  await windlass.write({ one: { pci: [{ address: behindBridge[0] }] }, two: { pci: [{ address: behindBridge[1] }] } });
  const waits = await engine.until('windlass.domain.condition', 'two', ({ condition }) => condition.reason === 'CLAIM_HELD');
  expect(waits.data.condition.message).toContain('in use by one');
  await windlass.write({ two: { pci: [{ address: behindBridge[1] }] } });
  await engine.untilRunning('two');
  await expect.poll(() => consoleOf(lab, 'two'), { timeout: 60_000 }).toContain('EDU id=010000ed live=ok dma=ok');
  // What joins the bus to the others is left to the host.
  expect(await driversOf(lab, [bridge, ...behindBridge])).toEqual(['none', 'vfio-pci', 'vfio-pci']);
});

test('a virtual function is given, and its physical function, which serves it, is not', async () => {
  await run(lab, 'sh', '-c', 'cd "/sys/bus/pci/devices/$0" && echo 0 > sriov_drivers_autoprobe && echo 1 > sriov_numvfs', splitting);
  const virtual = (await run(lab, 'readlink', `/sys/bus/pci/devices/${splitting}/virtfn0`)).trim().split('/').at(-1) ?? '';
  await windlass.write({ part: { pci: [{ address: virtual }] }, whole: { pci: [{ address: splitting }] } });
  engine = windlass.up();
  await engine.untilRunning('part');
  expect(await driversOf(lab, [splitting, virtual])).toEqual(['nvme', 'vfio-pci']);
  const { data } = await engine.until('windlass.domain.condition', 'whole', ({ condition }) => condition.reason === 'PLAN_DEVICE_NEEDED');
  expect(data.condition.message).toContain(`has virtual functions (${virtual})`);
});
