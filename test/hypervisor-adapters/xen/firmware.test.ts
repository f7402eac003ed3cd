import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findOnPath } from '../../../scripts/ensure-qemu.mjs';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { Ports } from '../../../src/effects/ports.js';
import { uefiFirmware } from '../../../src/hypervisor-adapters/xen/probe/firmware.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { imageWith } from './firmware-images.js';

const real = hostPorts();
afterAll(() => real.close());

const place = '/usr/share/ovmf/OVMF.fd';
const xenPlace = '/usr/lib/xen/boot/ovmf.bin';

interface Host {
  readonly ports: Ports;
  /** How often something was unpacked. */
  readonly unpacked: () => number;
}

/** The real host, on which files of a directory lie where firmware is looked for: those at other such places are not there. */
function hostWith(directory: string, names: Readonly<Record<string, string>>, { xz = true } = {}): Host {
  const { files, growing, processes } = real;
  const placed = (path: string): string => (path.startsWith('/usr/') ? join(directory, names[path] ?? 'absent') : path);
  let count = 0;
  const ports: Ports = {
    ...real,
    files: { ...files, stat: (path) => files.stat(placed(path)), findExecutable: (name) => (xz ? files.findExecutable(name) : Promise.resolve(undefined)) },
    growing: { ...growing, read: (path) => growing.read(placed(path)) },
    processes: {
      ...processes,
      searchOutput: (executable, args, search) => {
        count += 1;
        return processes.searchOutput(executable, args, { ...search, input: { ...search.input, path: placed(search.input.path) } });
      },
    },
  };
  return { ports, unpacked: () => count };
}

const facts = (code: string, machines: readonly string[]): object => ({ code, machines, variables: '', secureBoot: false, needsSmm: false });

// Unpacking is xz's, which every Debian has.
describe.skipIf(findOnPath('xz') === undefined)('UEFI firmware for guests of Xen (needs xz)', () => {
  it('is told by what is in its compressed volume, and by how it begins', async () => {
    await using directory = await temporaryDirectory();
    const images = {
      xen: await imageWith('XenVMMXenVMM', { begin: '\x7fELF' }),
      old: await imageWith('XenVMMXenVMM'),
      qemu: await imageWith('TCGTCGTCGTCG'),
      // CLOUDHV.fd begins as a kernel, too.
      cloud: await imageWith('XenVMM, but for the rest', { begin: '\x7fELF' }),
    };
    for (const [name, image] of Object.entries(images)) await writeFile(join(directory.path, name), image);
    const found = async (name: string): Promise<unknown> => uefiFirmware(hostWith(directory.path, { [place]: name }).ports, join(directory.path, `cache-${name}`));
    const refused = { firmware: [], refusedFirmware: [{ path: place, reason: 'nothing in it knows Xen' }] };
    expect(await found('xen')).toEqual({ firmware: [facts(place, ['pvh', 'hvm'])], refusedFirmware: [] });
    expect(await found('old')).toEqual({ firmware: [facts(place, ['hvm'])], refusedFirmware: [] });
    expect(await found('qemu')).toEqual(refused);
    expect(await found('cloud')).toEqual(refused);
  });

  it('is looked into once, until the file is another', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'OVMF.fd');
    const cache = join(directory.path, 'cache');
    await writeFile(file, await imageWith('nothing of interest'));
    const host = hostWith(directory.path, { [place]: 'OVMF.fd' });
    const first = await uefiFirmware(host.ports, cache);
    expect(await uefiFirmware(host.ports, cache)).toEqual(first);
    expect(host.unpacked()).toBe(1);
    await utimes(file, 1, 1);
    expect(await uefiFirmware(host.ports, cache)).toEqual(first);
    expect(host.unpacked()).toBe(2);
    expect(await uefiFirmware(host.ports, cache, true)).toEqual(first);
    expect(host.unpacked()).toBe(3);
    await writeFile(file, await imageWith('XenVMMXenVMM'));
    expect(await uefiFirmware(host.ports, cache)).toMatchObject({ firmware: [{ machines: ['hvm'] }] });
  });

  it('is refused where its volume cannot be unpacked, and looked at again', async () => {
    await using directory = await temporaryDirectory();
    const image = await imageWith('XenVMMXenVMM');
    image.fill(0xff, 0x90 + 24 + 40, 0x90 + 24 + 200);
    await writeFile(join(directory.path, 'OVMF.fd'), image);
    const host = hostWith(directory.path, { [place]: 'OVMF.fd' });
    for (const times of [1, 2]) {
      const { firmware, refusedFirmware } = await uefiFirmware(host.ports, join(directory.path, 'cache'));
      expect(firmware).toEqual([]);
      expect(refusedFirmware).toEqual([{ path: place, reason: expect.stringContaining('xz: it ended with 1') as unknown }]);
      expect(host.unpacked()).toBe(times);
    }
  });

  it('comes in the order of its places, those for Xen first', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'old'), await imageWith('XenVMMXenVMM'));
    await writeFile(join(directory.path, 'xen'), await imageWith('XenVMMXenVMM', { begin: '\x7fELF' }));
    const { firmware } = await uefiFirmware(hostWith(directory.path, { [place]: 'old', [xenPlace]: 'xen' }).ports, join(directory.path, 'cache'));
    expect(firmware.map(({ code }) => code)).toEqual([xenPlace, place]);
  });

  it('is refused without xz, with what mends it', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'OVMF.fd'), await imageWith('XenVMMXenVMM', { begin: '\x7fELF' }));
    const found = await uefiFirmware(hostWith(directory.path, { [place]: 'OVMF.fd' }, { xz: false }).ports, join(directory.path, 'cache'));
    expect(found).toEqual({ firmware: [], refusedFirmware: [{ path: place, reason: 'without xz nobody can look into it', cure: 'install xz: apt-get install xz-utils' }] });
  });
});

it('no firmware anywhere is no firmware', async () => {
  await using directory = await temporaryDirectory();
  expect(await uefiFirmware(hostWith(directory.path, {}).ports, join(directory.path, 'cache'))).toEqual({ firmware: [], refusedFirmware: [] });
});
