/** Functions between the host's drivers and vfio, in a simulated kernel, with real files. */
import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PciBinding } from '../../../src/effects/ports/pci-drivers.js';
import type { Ports } from '../../../src/effects/ports.js';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { Claim } from '../../../src/hypervisor-adapters/contract/claim.js';
import { giveBackDevices, takeDevices } from '../../../src/hypervisor-adapters/qemu/anchor/devices.js';
import { crashingPorts } from '../../engine/crashing-ports.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../effects/temporary-directory.js';
import { simulatedDrivers, type SimulatedDrivers } from '../../support/simulated-drivers.js';
import { layoutOf } from './plan-requests.js';

const real = hostPorts();
let scratch: TemporaryDirectory;
beforeEach(async () => (scratch = await temporaryDirectory()));
afterEach(() => scratch[Symbol.asyncDispose]());
afterAll(() => real.close());

const layout = (): ReturnType<typeof layoutOf> => layoutOf('web', scratch.path);
const claim = (id: string): Claim => ({ kind: 'pci', id, mode: 'exclusive', field: 'spec.pci[0]' });
const claims = [claim('0000:01:00.0'), claim('0000:01:00.1'), { kind: 'tap', id: 'tap0', mode: 'exclusive', field: 'spec.networks[0]' } satisfies Claim];
const asTheHostHasThem: Readonly<Record<string, PciBinding>> = { '0000:01:00.0': { driver: 'e1000e', group: '12' }, '0000:01:00.1': { group: '12' } };

/** `openable`: may this engine open the nodes of vfio? */
function hostWith(pciDrivers: SimulatedDrivers, openable = true): Ports {
  const { files } = real;
  return { ...real, pciDrivers, files: { ...files, accessible: (path, access) => (path.startsWith('/dev/vfio/') ? Promise.resolve(openable) : files.accessible(path, access)) } };
}

const driversIn = (kernel: SimulatedDrivers): readonly string[] => [...kernel.bindings.values()].map(({ driver = 'none' }) => driver);
const remembered = (): Promise<readonly string[]> => readdir(`${scratch.path}/taken-devices`).catch(() => []);

describe('a group', () => {
  it('is taken whole, given back whole, and nothing of it is remembered afterwards', async () => {
    const kernel = simulatedDrivers(asTheHostHasThem);
    const ports = hostWith(kernel);
    await takeDevices(ports, claims, layout());
    expect(driversIn(kernel)).toEqual(['vfio-pci', 'vfio-pci']);
    expect(await remembered()).toHaveLength(2);
    const acts = kernel.acts.length;
    await takeDevices(ports, claims, layout());
    expect(kernel.acts).toHaveLength(acts);
    await giveBackDevices(ports, claims, layout());
    expect(Object.fromEntries(kernel.bindings)).toEqual(asTheHostHasThem);
    expect(await remembered()).toEqual([]);
  });

  it('is as it was, wherever an engine was killed while it took it or gave it back, once the next one has given it back', async () => {
    const whole = async (ports: Ports): Promise<void> => {
      await takeDevices(ports, claims, layout());
      await giveBackDevices(ports, claims, layout());
    };
    const points = await changesOf(whole);
    expect(points).toBeGreaterThan(10);
    for (let after = 0; after <= points; after += 1) {
      for (const takesAgain of [true, false]) {
        const kernel = simulatedDrivers(asTheHostHasThem);
        await dyingAfter(after, kernel, whole);
        if (takesAgain) await takeDevices(hostWith(kernel), claims, layout());
        if (takesAgain) expect(driversIn(kernel)).toEqual(['vfio-pci', 'vfio-pci']);
        await giveBackDevices(hostWith(kernel), claims, layout());
        expect({ after, takesAgain, bindings: Object.fromEntries(kernel.bindings) }).toEqual({ after, takesAgain, bindings: asTheHostHasThem });
        expect(await remembered()).toEqual([]);
      }
    }
  });

  async function changesOf(work: (ports: Ports) => Promise<void>): Promise<number> {
    return (await dyingAfter(1_000, simulatedDrivers(asTheHostHasThem), work)).length;
  }

  /** Does the work with an engine that dies after so many changes; resolves to these. */
  async function dyingAfter(after: number, kernel: SimulatedDrivers, work: (ports: Ports) => Promise<void>): Promise<readonly string[]> {
    const crashing = crashingPorts(hostWith(kernel), { after, half: false }, (launch) => launch());
    await Promise.race([work(crashing.ports), crashing.death]);
    return crashing.changes;
  }
});

describe('what stays as it is', () => {
  it('a function that the host’s owner has reserved', async () => {
    const reserved = { '0000:01:00.0': { driver: 'vfio-pci', group: '12' }, '0000:01:00.1': { driver: 'vfio-pci', override: 'vfio-pci', group: '12' } };
    const kernel = simulatedDrivers(reserved);
    await takeDevices(hostWith(kernel), claims, layout());
    await giveBackDevices(hostWith(kernel), claims, layout());
    expect(kernel.acts).toEqual([]);
    expect(Object.fromEntries(kernel.bindings)).toEqual(reserved);
  });

  it('a function that this engine has not taken', async () => {
    const kernel = simulatedDrivers({ ...asTheHostHasThem, '0000:01:00.0': { driver: 'vfio-pci', override: 'vfio-pci', group: '12' } });
    await giveBackDevices(hostWith(kernel), claims, layout());
    expect(kernel.acts).toEqual([]);
  });

  it('what was remembered before the host was booted anew', async () => {
    const kernel = simulatedDrivers(asTheHostHasThem);
    await takeDevices(hostWith(kernel), claims, layout());
    const ports = hostWith(kernel);
    const facts = await real.host.facts();
    const acts = kernel.acts.length;
    await giveBackDevices({ ...ports, host: { ...ports.host, facts: () => Promise.resolve({ ...facts, bootId: 'another' }) } }, claims, layout());
    expect(kernel.acts).toHaveLength(acts);
  });
});

describe('what does not work is told', () => {
  it('a function that vfio does not take', async () => {
    const kernel = simulatedDrivers(asTheHostHasThem);
    kernel.refusing.add('vfio-pci');
    await expect(takeDevices(hostWith(kernel), claims, layout())).rejects.toMatchObject({ code: 'PCI_DRIVER_REFUSED', retryable: true });
    await giveBackDevices(hostWith(kernel), claims, layout());
    expect(Object.fromEntries(kernel.bindings)).toEqual(asTheHostHasThem);
  });

  it('one whose driver does not take it back, with the way to leave it as it is', async () => {
    const kernel = simulatedDrivers(asTheHostHasThem);
    await takeDevices(hostWith(kernel), claims, layout());
    kernel.refusing.add('e1000e');
    await expect(giveBackDevices(hostWith(kernel), claims, layout())).rejects.toMatchObject({ code: 'PCI_DRIVER_REFUSED', cure: `bind it by hand, or remove ${scratch.path}/taken-devices/0000:01:00.0.json to leave it as it is` });
    // The other one has come back all the same.
    expect(kernel.bindings.get('0000:01:00.1')).toEqual({ group: '12' });
    kernel.refusing.clear();
    await giveBackDevices(hostWith(kernel), claims, layout());
    expect(Object.fromEntries(kernel.bindings)).toEqual(asTheHostHasThem);
  });

  it('one that is not there any more: taking fails, and giving back has nothing to do', async () => {
    const kernel = simulatedDrivers(asTheHostHasThem);
    await takeDevices(hostWith(kernel), claims, layout());
    kernel.bindings.clear();
    await giveBackDevices(hostWith(kernel), claims, layout());
    expect(await remembered()).toEqual([]);
    await expect(takeDevices(hostWith(kernel), claims, layout())).rejects.toMatchObject({ code: 'PCI_DEVICE_GONE', retryable: true });
  });

  it('a group that this engine may not open', async () => {
    const kernel = simulatedDrivers(asTheHostHasThem);
    await expect(takeDevices(hostWith(kernel, false), claims, layout())).rejects.toMatchObject({ code: 'PCI_NOT_PERMITTED', message: expect.stringContaining('/dev/vfio/12') as unknown });
  });
});
