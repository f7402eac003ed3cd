import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostPci } from '../../../src/effects/pci-functions.js';
import { functionsOf } from './functions-of.js';
import { configSpace } from './host-tree.js';

describe('PCI functions', () => {
  it('have what sysfs says of them', async () => {
    const { of, unknown } = await functionsOf((tree) => {
      tree.pciFunction('pci0000:00/0000:00:01.0', { class: '0x060400', driver: 'pcieport', config: configSpace({ express: 4, accessControl: { capable: 0x5f, enabled: 0x1d } }) });
      const end = tree.pciFunction('pci0000:00/0000:00:01.0/0000:03:00.0', { driver: 'e1000e', config: configSpace({ express: 0, multifunction: true }), files: { label: 'Onboard LAN' } });
      mkdirSync(join(tree.root, 'sys/kernel/iommu_groups/14'), { recursive: true });
      tree.link(`${end}/iommu_group`, 'sys/kernel/iommu_groups/14');
    });
    expect(unknown).toEqual([]);
    expect(of('0000:00:01.0')).toMatchObject({ class: '060400', driver: 'pcieport', portType: 'root-port', multifunction: false, accessControl: { capable: 0x5f, enabled: 0x1d } });
    expect(of('0000:03:00.0')).toEqual({
      address: '0000:03:00.0',
      class: '020000',
      vendor: '8086',
      device: '10d3',
      driver: 'e1000e',
      label: 'Onboard LAN',
      iommuGroup: '14',
      parent: '0000:00:01.0',
      portType: 'endpoint',
      multifunction: true,
      virtualFunctions: [],
      interfaces: [],
      storage: [],
      bootDisplay: false,
      frameBuffers: [],
      consoles: [],
      unknown: [],
    });
  });

  it('are conventional without the Express capability, and unknown where an unprivileged user reads the header only', async () => {
    const { of } = await functionsOf((tree) => {
      tree.pciFunction('pci0000:00/0000:00:02.0', { config: configSpace({}) });
      tree.pciFunction('pci0000:00/0000:00:03.0', { config: configSpace({ express: 0 }).slice(0, 64) });
    });
    expect(of('0000:00:02.0').portType).toBe('conventional');
    expect(of('0000:00:03.0').portType).toBe('unknown');
  });

  it('are several of a device beside function 0, but for virtual functions, which know their parent', async () => {
    const { of } = await functionsOf((tree) => {
      const parent = tree.pciFunction('pci0000:00/0000:00:02.0', { class: '0x010802', driver: 'nvme' });
      tree.pciFunction('pci0000:00/0000:00:02.1');
      const virtual = tree.pciFunction('pci0000:00/0000:00:02.2', { class: '0x010802' });
      tree.link(`${parent}/virtfn0`, virtual);
      tree.link(`${virtual}/physfn`, parent);
    });
    expect(of('0000:00:02.0').virtualFunctions).toEqual(['0000:00:02.2']);
    expect(of('0000:00:02.1').multifunction).toBe(true);
    expect(of('0000:00:02.2')).toMatchObject({ multifunction: false, physicalFunction: '0000:00:02.0' });
  });
});

describe('screens and consoles', () => {
  it('are those of the function, and what the firmware set up is on the display of the boot', async () => {
    const { of } = await functionsOf((tree) => {
      tree.pciFunction('pci0000:00/0000:00:02.0', { class: '0x030000', files: { boot_vga: '1' } });
      tree.device('graphics', `${tree.pciFunction('pci0000:00/0000:01:00.0', { class: '0x030000', files: { boot_vga: '0' } }).slice('sys/devices/'.length)}/graphics/fb1`);
      tree.device('graphics', 'platform/simple-framebuffer.0/graphics/fb0');
      tree.device('tty', `${tree.pciFunction('pci0000:00/0000:00:16.3', { class: '0x070002' }).slice('sys/devices/'.length)}/tty/ttyS4`);
      tree.file('sys/class/tty/console/active', 'tty0 ttyS4');
    });
    expect(of('0000:00:02.0')).toMatchObject({ bootDisplay: true, frameBuffers: ['fb0'] });
    expect(of('0000:01:00.0')).toMatchObject({ bootDisplay: false, frameBuffers: ['fb1'] });
    expect(of('0000:00:16.3').consoles).toEqual(['ttyS4']);
  });
});

describe('what cannot be read', () => {
  // The tests may run as root, who may read everything: but for a directory where a file should be.
  it('is noted, of a function and of the tables about all of them', async () => {
    const { of, unknown } = await functionsOf((tree) => {
      const directory = tree.pciFunction('pci0000:00/0000:00:02.0');
      mkdirSync(join(tree.root, directory, 'label'));
      mkdirSync(join(tree.root, 'proc/1'));
      mkdirSync(join(tree.root, 'proc/1/mountinfo'));
      tree.device('block', 'virtual/block/sda');
      mkdirSync(join(tree.root, 'sys/devices/virtual/block/sda/dev'));
    });
    expect(of('0000:00:02.0').unknown).toEqual([expect.stringMatching(/label \(EISDIR\)$/)]);
    expect(unknown).toEqual([expect.stringMatching(/sda\/dev \(EISDIR\)$/)]);
  });
});

describe('this host', () => {
  it('tells all of its functions, and which carry its own interfaces and disks', async () => {
    const { functions, unknown } = await hostPci.survey();
    const directory = '/sys/bus/pci/devices';
    expect(functions.map(({ address }) => address)).toEqual(existsSync(directory) ? readdirSync(directory).sort() : []);
    for (const { address, class: code } of functions) expect(`0x${code}\n`).toBe(readFileSync(`${directory}/${address}/class`, 'latin1'));
    if (process.getuid?.() === 0) expect(unknown).toEqual([]);
    const carries = (path: string): boolean => functions.some(({ address }) => realpathSync(path).includes(`/${address}/`));
    const told = functions.flatMap(({ interfaces, storage }) => [...interfaces, ...storage].map(({ name }) => name));
    const there = ['net', 'block'].flatMap((name) => (existsSync(`/sys/class/${name}`) ? readdirSync(`/sys/class/${name}`).filter((each) => carries(`/sys/class/${name}/${each}`)) : []));
    expect(told).toEqual(expect.arrayContaining(there));
  });
});
