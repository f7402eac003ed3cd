import { describe, expect, it } from 'vitest';
import { hostNeeds, joinsBuses } from '../../../src/device-model/passthrough/host-needs.js';
import { networkInterface, pciFunction, storage } from '../../support/pci-function.js';

type Facts = Parameters<typeof pciFunction>[1];

const needOf = (facts: Facts): ReturnType<typeof hostNeeds> => hostNeeds(pciFunction('0000:03:00.0', facts));

const bridge = { name: 'br0', kind: 'bridge', up: true, addresses: [], defaultRoute: false };
const disk = (facts: Parameters<typeof storage>[1]): Facts => ({ class: '010802', storage: [storage('sda1', facts)] });

describe('the operator is told what to do', () => {
  it.each<[string, Facts, RegExp]>([
    ['with an interface that is up: set it down', { interfaces: [networkInterface('eth0')] }, /ip link set eth0 down/],
    ['with an interface that the host is reached by: which one', { interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5'] })] }, /eth0/],
    ['with the port of a bridge: which port', { interfaces: [networkInterface('eth0', { above: [bridge] })] }, /eth0/],
    ['with a mounted disk: unmount it, and where', disk({ mounts: ['/srv/data'] }), /unmount \/srv\/data/],
    ['with a swapped disk: swap to it no more', disk({ swap: true }), /swapoff/],
    ['with a member of an array: stop what is made of it', disk({ holders: ['md0'] }), /stop/],
    ['with a disk that is mounted elsewhere: unmount it', disk({ fileSystem: 'ext4' }), /unmount/],
    ['with a disk in a pool: export the pool', disk({ pool: true }), /export the pool/],
    ['with virtual functions: the file that removes them', { virtualFunctions: ['0000:03:10.0'] }, /echo 0 > \/sys\/bus\/pci\/devices\/0000:03:00\.0\/sriov_numvfs/],
    ['with a serial console: where the kernel was told of it', { class: '070002', consoles: ['ttyS4'] }, /command line/],
    ['with the display of the console: how its driver lets go', { class: '030000', bootDisplay: true, frameBuffers: ['fb1'] }, /echo 0000:03:00\.0 > \/sys\/bus\/pci\/devices\/0000:03:00\.0\/driver\/unbind/],
    ['with a card whose interface is not to be seen: how its driver lets go', { driver: 'e1000e' }, /echo 0000:03:00\.0 > \/sys\/bus\/pci\/devices\/0000:03:00\.0\/driver\/unbind/],
  ])('%s', (_, facts, cure) => {
    expect(needOf(facts)?.cure).toMatch(cure);
  });

  it('with a part of the board: nothing, since nothing frees it', () => {
    expect(needOf({ class: '060100' })).toEqual({ what: expect.stringMatching(/bridge/) as unknown });
  });
});

describe('all that hangs on a device is named', () => {
  it.each<[string, Facts, string]>([
    ['what lies between a disk and where it is mounted', disk({ mounts: ['/'], holders: ['md0', 'dm-0'] }), 'mounted at / by way of md0, dm-0'],
    ['what lies between a disk and the swap', disk({ swap: true, holders: ['dm-1'] }), 'swaps to by way of dm-1'],
    ['what several arrays are made of', disk({ holders: ['md0', 'md1'] }), 'which md0, md1 are made of'],
    ['each virtual function', { virtualFunctions: ['0000:03:10.0', '0000:03:10.2'] }, '(0000:03:10.0, 0000:03:10.2)'],
    ['an address once, though an interface and what is made of it both have it', { interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5'], above: [{ ...bridge, addresses: ['10.0.0.5'] }] })] }, '(10.0.0.5)'],
  ])('%s', (_, facts, words) => {
    expect(needOf(facts)?.what).toContain(words);
  });
});

describe('the host’s console', () => {
  it('is the first frame buffer, whatever the firmware booted with', () => {
    expect(needOf({ class: '030000', frameBuffers: ['fb1', 'fb0'] })?.what).toMatch(/console \(fb0\)/);
  });
});

describe('a driver without an interface', () => {
  it.each(['vfio-pci', 'pciback', 'pci-stub', 'uio_pci_generic'])('is no matter where it is %s, which only keeps a card for others', (driver) => {
    expect(needOf({ driver })).toBeUndefined();
  });

  it.each([
    ['a sound card', '040300', 'snd_hda_intel'],
    ['a USB controller', '0c0330', 'xhci_hcd'],
  ])('is no matter on %s', (_, code, driver) => {
    expect(needOf({ class: code, driver })).toBeUndefined();
  });

  it.each([
    ['Ethernet', '020000'],
    ['other', '028000'],
  ])('may mean that another network namespace uses a card of class %s', (_, code) => {
    expect(needOf({ class: code, driver: 'mlx5_core' })?.what).toMatch(/another network namespace/);
  });
});

it.each([
  ['a host bridge', '060000', true],
  ['a bridge between PCI buses', '060400', true],
  ['one that decodes subtractively', '060401', true],
  ["the bridge to the board's own devices", '060100', false],
  ['a network card', '020000', false],
  ['a device whose interface looks like a bridge’s subclass', '010600', false],
])('%s joins buses: class %s, %s', (_, code, joins) => {
  expect(joinsBuses({ ...pciFunction('0000:00:00.0'), class: code })).toBe(joins);
});
