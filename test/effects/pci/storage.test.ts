import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionsOf } from './functions-of.js';
import type { HostTree } from './host-tree.js';

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
