import { readFile, utimes, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Ports } from '../../../src/effects/ports.js';
import { hostPorts } from '../../../src/effects/host-ports.js';
import { readDevices, readMachines } from '../../../src/hypervisor-adapters/qemu/probe/binary-facts.js';
import { probe } from '../../../src/hypervisor-adapters/qemu/probe/probe.js';
import { isAtLeast } from '../../../src/hypervisor-adapters/qemu/probe/version.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { fakeQemu, type FakeQemuOptions } from './fake-qemu.js';

const real = hostPorts();
afterAll(() => real.close());

/** The real host, but for what may be opened below /dev, and what is there at all. */
function hostWith(openable: readonly string[], present = openable): Ports {
  const { files } = real;
  const accessible: typeof files.accessible = (path) => Promise.resolve(openable.includes(path));
  const stat: typeof files.stat = (path) => (path.startsWith('/dev/') && !present.includes(path) ? Promise.resolve(undefined) : files.stat(path));
  return { ...real, files: { ...files, accessible, stat } };
}

interface Bench extends AsyncDisposable {
  readonly path: string;
  readonly cache: string;
  starts(): Promise<number>;
}

async function benchWith(options: FakeQemuOptions): Promise<Bench> {
  const directory = await temporaryDirectory();
  const path = `${directory.path}/qemu`;
  await fakeQemu(path, options);
  return {
    path,
    cache: `${directory.path}/cache`,
    starts: async () => (await readFile(`${path}.starts`, 'utf8').catch(() => '')).split('\n').length - 1,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

describe('a probe', () => {
  it('tells version, machines, devices and what of the kernel can be opened', async () => {
    await using bench = await benchWith({});
    const ports = hostWith(['/dev/vhost-net', '/dev/net/tun']);
    expect(await probe(ports, bench.cache, { acceleration: false, executable: bench.path })).toMatchObject({
      usable: true,
      version: '7.2.22',
      executable: bench.path,
      machines: ['pc', 'q35'],
      devices: ['VGA', 'virtio-blk', 'virtio-blk-pci'],
      kernelBackEnds: ['vhost-net', 'tun'],
      acceleration: { usable: false, reason: 'there is no /dev/kvm: no virtualization by the CPU, or its kernel module is not loaded' },
    });
  });

  it('tells vfio only where its driver is there, and not for the node that is made at the boot', async () => {
    await using bench = await benchWith({});
    const backEnds = async (...openable: readonly string[]): Promise<readonly string[]> => (await probe(hostWith(openable), bench.cache, { acceleration: false, executable: bench.path })).kernelBackEnds;
    expect(await backEnds('/dev/vfio/vfio')).toEqual([]);
    expect(await backEnds('/dev/vfio/vfio', '/sys/bus/pci/drivers/vfio-pci')).toEqual(['vfio-pci']);
    expect(await backEnds('/sys/bus/pci/drivers/vfio-pci')).toEqual([]);
  });

  it('starts nothing again for the same binary and boot, and everything for another binary', async () => {
    await using bench = await benchWith({});
    const wish = { acceleration: true, executable: bench.path };
    const first = await probe(hostWith(['/dev/kvm']), bench.cache, wish);
    expect(first.acceleration).toEqual({ usable: true, name: 'kvm', reason: 'a test guest ran on it' });
    expect(await bench.starts()).toBe(4);
    expect(await probe(hostWith(['/dev/kvm']), bench.cache, wish)).toEqual(first);
    expect(await bench.starts()).toBe(4);
    await utimes(bench.path, 1, 1);
    await probe(hostWith(['/dev/kvm']), bench.cache, wish);
    expect(await bench.starts()).toBe(8);
    await probe(hostWith(['/dev/kvm']), bench.cache, { ...wish, fresh: true });
    expect(await bench.starts()).toBe(12);
  });

  it('knows without a test that a KVM of others is of no use', async () => {
    await using bench = await benchWith({});
    const { acceleration } = await probe(hostWith([], ['/dev/null']), bench.cache, { acceleration: true, executable: bench.path });
    expect(acceleration.reason).toContain('there is no /dev/kvm');
    expect(await bench.starts()).toBe(3);
  });

  it('tests KVM only when somebody asks for it', async () => {
    await using bench = await benchWith({});
    const without = await probe(hostWith(['/dev/kvm']), bench.cache, { acceleration: false, executable: bench.path });
    expect(without.acceleration.usable).toBe(false);
    expect(await bench.starts()).toBe(3);
    const with_ = await probe(hostWith(['/dev/kvm']), bench.cache, { acceleration: true, executable: bench.path });
    expect(with_.acceleration.usable).toBe(true);
    expect(await bench.starts()).toBe(4);
  });

  it('takes no answer of another boot, and no damaged one', async () => {
    await using bench = await benchWith({});
    const wish = { acceleration: false, executable: bench.path };
    const first = await probe(hostWith([]), bench.cache, wish);
    const file = `${bench.cache}/qemu-probe.json`;
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"bootId":"[^"]+"/, '"bootId":"another"'));
    expect(await probe(hostWith([]), bench.cache, wish)).toEqual(first);
    expect(await bench.starts()).toBe(6);
    await writeFile(file, '{"bootId":');
    expect(await probe(hostWith([]), bench.cache, wish)).toEqual(first);
    expect(await bench.starts()).toBe(9);
  });

  it('answers also where it may not write', async () => {
    await using bench = await benchWith({});
    await writeFile(bench.cache, 'a file stands where the directory should be');
    const facts = await probe(hostWith(['/dev/kvm']), bench.cache, { acceleration: true, executable: bench.path });
    expect(facts).toMatchObject({ usable: true, version: '7.2.22', acceleration: { usable: false } });
    expect(facts.acceleration.reason).toContain('the test guest could not be written');
  });

  it('does not call a KVM usable that hangs, within its deadline, and leaves no process', async () => {
    await using bench = await benchWith({ kvm: 'hangs' });
    const before = performance.now();
    const { acceleration } = await probe(hostWith(['/dev/kvm']), bench.cache, { acceleration: true, executable: bench.path });
    expect(acceleration).toEqual({ usable: false, name: 'kvm', reason: 'a test guest on /dev/kvm did not finish within 1500 ms (KVM internal error)' });
    expect(performance.now() - before).toBeLessThan(3000);
    expect(await real.processes.findByArgument(bench.path)).toEqual([]);
  });

  it('does not call a KVM usable that QEMU dies of', async () => {
    await using bench = await benchWith({ kvm: 134 });
    const { acceleration } = await probe(hostWith(['/dev/kvm']), bench.cache, { acceleration: true, executable: bench.path });
    expect(acceleration).toMatchObject({ usable: false, reason: 'a test guest on /dev/kvm ended with code 134' });
  });

  it.each([
    ['is missing', undefined, 'is not installed'],
    ['is too old', { version: '5.2.0' }, 'QEMU 5.2.0 is older than 6.2'],
    ['is no QEMU', { version: 'two' }, 'does not call itself a QEMU'],
    ['does not start', { answers: 127 }, 'ended with code 127'],
  ] as const)('says what is wrong with a binary that %s, and what mends it', async (_what, options, reason) => {
    await using bench = await benchWith(options ?? {});
    const executable = options === undefined ? `${bench.path}-elsewhere` : bench.path;
    const facts = await probe(hostWith([]), bench.cache, { acceleration: true, executable });
    expect(facts.usable).toBe(false);
    expect(facts.reason).toContain(reason);
    expect(facts.cure).toBeDefined();
  });
});

it('reads lists as QEMU prints them', () => {
  expect(readMachines('Supported machines are:\npc-q35-7.2   Standard PC (Q35 + ICH9, 2009)\nnone                 empty machine\n')).toEqual(['none', 'pc-q35-7.2']);
  expect(readDevices('USB devices:\nname "usb-kbd", bus usb-bus\nname "virtio-9p-pci", bus PCI, alias "virtio-9p"\n')).toEqual(['usb-kbd', 'virtio-9p', 'virtio-9p-pci']);
});

it('compares versions by number', () => {
  expect(isAtLeast('7.2.22', '6.2')).toBe(true);
  expect(isAtLeast('10.0', '9.1')).toBe(true);
  expect(isAtLeast('6.1.9', '6.2')).toBe(false);
  expect(isAtLeast('6.2', '6.2.0')).toBe(true);
});
