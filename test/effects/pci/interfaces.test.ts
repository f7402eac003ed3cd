import { describe, expect, it } from 'vitest';
import { functionsOf } from './functions-of.js';

const up = { flags: '0x1003' };
const down = { flags: '0x1002' };

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
