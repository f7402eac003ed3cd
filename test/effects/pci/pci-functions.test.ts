import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostPci, pciPort } from '../../../src/effects/pci-functions.js';
import type { PciFunction } from '../../../src/effects/ports/pci.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { configSpace, hostTree, type HostTree } from './host-tree.js';

/** The functions of a host that a test lays out, by address. */
async function functionsOf(layOut: (tree: HostTree) => void): Promise<{ readonly of: (address: string) => PciFunction; readonly unknown: readonly string[] }> {
  await using directory = await temporaryDirectory();
  layOut(hostTree(directory.path));
  const { functions, unknown } = await pciPort(directory.path).survey();
  const of = (address: string): PciFunction => {
    const found = functions.find((one) => one.address === address);
    if (found === undefined) throw new Error(`there is no ${address}`);
    return found;
  };
  return { of, unknown };
}

const up = { flags: '0x1003' };
const down = { flags: '0x1002' };

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

describe('network interfaces hang on the function that they are reached through', () => {
  const route = (name: string, destination: string, gateway: string, flags: string, mask: string): string => `${name}\t${destination}\t${gateway}\t${flags}\t0\t0\t0\t${mask}\t0\t0\t0`;

  it('with addresses and default routes of both kinds', async () => {
    const { of } = await functionsOf((tree) => {
      tree.device('net', `${tree.pciFunction('pci0000:00/0000:00:03.0').slice('sys/devices/'.length)}/virtio2/net/eth0`, up);
      tree.file('proc/net/route', ['Iface\tDestination', route('eth0', '00000000', '010200C0', '0003', '00000000'), route('eth0', '000200C0', '00000000', '0001', '00FFFFFF'), route('tun0', '0000000A', '00000000', '0001', '000000FF')].join('\n'));
      tree.file('proc/net/fib_trie', ['Local:', '     +-- 192.0.2.0/24 2 0 2', '           |-- 192.0.2.2', '              /32 host LOCAL', '        |-- 192.0.2.255', '           /32 link BROADCAST', '     |-- 10.9.0.1', '        /32 host LOCAL', '     |-- 169.254.7.7', '        /32 host LOCAL'].join('\n'));
      tree.file('proc/net/if_inet6', ['00000000000000000000000000000001 01 80 10 80       lo', 'fd000000000000000000000000000002 04 40 00 82     eth0', 'fe8000000000000000fc00fffe000001 04 40 20 80     eth0'].join('\n'));
      tree.file('proc/net/ipv6_route', `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 fd000000000000000000000000000001 00000400 00000003 00000000 00000003     eth0`);
    });
    expect(of('0000:00:03.0').interfaces).toEqual([{ name: 'eth0', up: true, addresses: ['192.0.2.2', 'fd00::2'], defaultRoute: true, above: [] }]);
  });

  it('with all that is made of them', async () => {
    const { of } = await functionsOf((tree) => {
      const eth1 = tree.device('net', `${tree.pciFunction('pci0000:00/0000:00:04.0').slice('sys/devices/'.length)}/net/eth1`, down);
      const bond0 = tree.device('net', 'virtual/net/bond0', { ...up, uevent: 'DEVTYPE=bond\nINTERFACE=bond0' });
      const br0 = tree.device('net', 'virtual/net/br0', { ...up, uevent: 'DEVTYPE=bridge\nINTERFACE=br0' });
      tree.link(`${eth1}/upper_bond0`, bond0);
      tree.link(`${bond0}/upper_br0`, br0);
      tree.file('proc/net/if_inet6', 'fd000000000000000000000000000002 04 40 00 82     br0');
      tree.file('sys/class/net/bonding_masters', 'bond0');
    });
    expect(of('0000:00:04.0').interfaces).toEqual([
      {
        name: 'eth1',
        up: false,
        addresses: [],
        defaultRoute: false,
        above: [
          { name: 'bond0', kind: 'bond', up: true, addresses: [], defaultRoute: false },
          { name: 'br0', kind: 'bridge', up: true, addresses: ['fd00::2'], defaultRoute: false },
        ],
      },
    ]);
  });

  it('also by way of USB, and of a controller that is a host bridge of its own', async () => {
    const { of } = await functionsOf((tree) => {
      tree.device('net', `${tree.pciFunction('pci0000:00/0000:00:14.0', { class: '0x0c0330' }).slice('sys/devices/'.length)}/usb1/1-2/1-2:1.0/net/wwan0`, up);
      const vmd = tree.pciFunction('pci0000:00/0000:00:0e.0', { class: '0x010400' }).slice('sys/devices/'.length);
      tree.device('block', `${tree.pciFunction(`${vmd}/pci10000:e0/10000:e0:06.0`, { class: '0x010802' }).slice('sys/devices/'.length)}/nvme/nvme0/nvme0n1`, { dev: '259:0' });
    });
    expect(of('0000:00:14.0').interfaces).toMatchObject([{ name: 'wwan0' }]);
    expect(of('10000:e0:06.0').storage).toMatchObject([{ name: 'nvme0n1' }]);
    expect(of('0000:00:0e.0').storage).toMatchObject([{ name: 'nvme0n1' }]);
  });
});

describe('storage hangs on the function that it is reached through', () => {
  const controller = (tree: HostTree): string => tree.pciFunction('pci0000:00/0000:00:1f.2', { class: '0x010601' }).slice('sys/devices/'.length);

  it('with what is mounted of it, by number or by name, and what is swapped to', async () => {
    const { of } = await functionsOf((tree) => {
      const disk = `${controller(tree)}/ata1/host0/target0:0:0/0:0:0:0/block/sda`;
      tree.device('block', disk, { dev: '8:0' });
      for (const [index, dev] of ['8:1', '8:2', '8:3'].entries()) tree.device('block', `${disk}/sda${index + 1}`, { dev });
      tree.file('proc/self/mountinfo', ['20 1 8:1 / / rw,relatime - ext4 /dev/root rw', '21 20 0:45 /@home /home rw - btrfs /dev/sda2 rw', '22 20 8:1 /a\\040b /mnt/a\\040b rw - ext4 /dev/sda1 rw'].join('\n'));
      tree.file('proc/swaps', 'Filename\tType\n/dev/sda3 partition 1 0 -2');
      tree.file('sys/fs/ext4/sda1/lifetime_write_kbytes', '1');
    });
    expect(of('0000:00:1f.2').storage).toEqual([
      { name: 'sda', mounts: [], swap: false, holders: [], pool: false },
      { name: 'sda1', mounts: ['/', '/mnt/a b'], swap: false, holders: [], fileSystem: 'ext4', pool: false },
      { name: 'sda2', mounts: ['/home'], swap: false, holders: [], pool: false },
      { name: 'sda3', mounts: [], swap: true, holders: [], pool: false },
    ]);
  });

  it('with the arrays and volumes that are made of it, their partitions and their mounts', async () => {
    const { of } = await functionsOf((tree) => {
      const disk = tree.device('block', `${controller(tree)}/ata1/block/sda`, { dev: '8:0' });
      const md0 = tree.device('block', 'virtual/block/md0', { dev: '9:0' });
      const part = tree.device('block', 'virtual/block/md0/md0p1', { dev: '259:3' });
      const dm0 = tree.device('block', 'virtual/block/dm-0', { dev: '253:0' });
      tree.link(`${disk}/holders/md0`, md0);
      tree.link(`${part}/holders/dm-0`, dm0);
      tree.link('dev/mapper/vg-root', 'dev/dm-0');
      tree.file('dev/dm-0', '');
      tree.file('proc/self/mountinfo', '20 1 0:30 / / rw - btrfs /dev/mapper/vg-root rw');
    });
    expect(of('0000:00:1f.2').storage).toEqual([{ name: 'sda', mounts: ['/'], swap: false, holders: ['md0', 'md0p1', 'dm-0'], pool: false }]);
  });

  it('with the other members of a btrfs, of which one is named', async () => {
    const { of } = await functionsOf((tree) => {
      const place = controller(tree);
      for (const [name, dev] of [['sda', '8:0'], ['sdb', '8:16']] as const) {
        tree.link(`sys/fs/btrfs/0a1b/devices/${name}`, tree.device('block', `${place}/ata1/block/${name}`, { dev }));
      }
      tree.file('proc/self/mountinfo', '20 1 0:30 / /data rw - btrfs /dev/sda rw');
    });
    expect(of('0000:00:1f.2').storage.map(({ fileSystem, mounts, name }) => ({ fileSystem, mounts, name }))).toEqual(['sda', 'sdb'].map((name) => ({ fileSystem: 'btrfs', mounts: ['/data'], name })));
  });

  it('with pools of ZFS, as far as udev knows them', async () => {
    const pools = (layOut: (tree: HostTree) => void): Promise<readonly boolean[]> =>
      functionsOf((tree) => {
        tree.device('block', `${controller(tree)}/ata1/block/sda`, { dev: '8:0' });
        layOut(tree);
      }).then(({ of }) => of('0000:00:1f.2').storage.map(({ pool }) => pool));
    const member = (tree: HostTree, type: string): void => tree.file('run/udev/data/b8:0', `N:sda\nE:ID_FS_TYPE=${type}`);
    expect(await pools((tree) => member(tree, 'zfs_member'))).toEqual([false]);
    expect(await pools((tree) => { tree.file('sys/module/zfs/refcnt', '1'); member(tree, 'zfs_member'); })).toEqual([true]);
    expect(await pools((tree) => { tree.file('sys/module/zfs/refcnt', '1'); member(tree, 'ext4'); })).toEqual([false]);
    expect(await pools((tree) => tree.file('sys/module/zfs/refcnt', '1'))).toEqual([true]);
  });

  it('with a namespace of NVMe that hangs on no single controller', async () => {
    const { of } = await functionsOf((tree) => {
      const nvme = tree.pciFunction('pci0000:00/0000:00:06.0', { class: '0x010802' });
      tree.file(`${nvme}/nvme/nvme0/state`, 'live');
      tree.device('block', 'virtual/nvme-subsystem/nvme-subsys0/nvme0n1', { dev: '259:0' });
      tree.link('sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0', `${nvme}/nvme/nvme0`);
      tree.file('proc/self/mountinfo', '20 1 259:0 / / rw - ext4 /dev/nvme0n1 rw');
    });
    expect(of('0000:00:06.0').storage).toMatchObject([{ name: 'nvme0n1', mounts: ['/'] }]);
  });

  it('and so do directories that a guest is given by 9p', async () => {
    const { of } = await functionsOf((tree) => {
      const virtio = tree.device('net', `${tree.pciFunction('pci0000:00/0000:00:07.0').slice('sys/devices/'.length)}/virtio3`, { mount_tag: 'share' });
      mkdirSync(join(tree.root, 'sys/bus/virtio/drivers/9pnet_virtio'), { recursive: true });
      tree.link(`${virtio}/driver`, 'sys/bus/virtio/drivers/9pnet_virtio');
      tree.link('sys/bus/virtio/devices/virtio3', virtio);
      tree.file('proc/self/mountinfo', '20 1 0:40 / /project rw - 9p share rw,trans=virtio');
    });
    expect(of('0000:00:07.0').storage).toMatchObject([{ name: 'share', mounts: ['/project'] }]);
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
