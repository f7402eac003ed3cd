import { describe, expect, it } from 'vitest';
import { chooseFunctions } from '../../../src/device-model/passthrough/choose-functions.js';
import { keptApart, networkInterface, pciFunction, storage, surveyOf } from '../../support/pci-function.js';

const nic = pciFunction('0000:03:00.0', { label: 'Onboard LAN', iommuGroup: '14', driver: 'e1000e', interfaces: [networkInterface('eth1', { up: false })] });
const twin = pciFunction('0000:04:00.1', { iommuGroup: '15', driver: 'igb', interfaces: [networkInterface('eth3', { up: false })] });
const first = pciFunction('0000:04:00.0', { iommuGroup: '15', driver: 'igb', interfaces: [networkInterface('eth2', { up: false })] });
const port = pciFunction('0000:00:01.0', { iommuGroup: '15', class: '060400', driver: 'pcieport' });

describe('an entry of spec.pci', () => {
  it.each([
    ['its address', { address: '0000:03:00.0' }],
    ["the firmware's label", { label: 'Onboard LAN' }],
    ["the kernel's number of its isolation group", { group: '14' }],
  ])('names a function by %s', (_, entry) => {
    const { groups, passed, problems } = chooseFunctions([entry], surveyOf(nic, first));
    expect(problems).toEqual([]);
    expect(groups).toBe('kernel');
    expect(passed).toEqual([{ function: nic, field: 'spec.pci[0]', group: '14', siblings: [] }]);
  });

  it('brings the others of the isolation group with it, but for bridges', () => {
    const { passed } = chooseFunctions([{ address: first.address }], surveyOf(port, nic, first, twin));
    expect(passed).toEqual([{ function: first, field: 'spec.pci[0]', group: '15', siblings: [twin] }]);
  });

  it('brings no others that no IOMMU stands before: they are no group', () => {
    const bare = ['0000:05:00.0', '0000:06:00.0'].map((address) => pciFunction(address));
    expect(chooseFunctions([{ address: '0000:05:00.0' }], surveyOf(nic, ...bare)).passed).toMatchObject([{ siblings: [] }]);
  });

  it('names a whole group, and the guest gets all devices of it', () => {
    const { passed, problems } = chooseFunctions([{ group: '15' }], surveyOf(port, nic, first, twin));
    expect(problems).toEqual([]);
    expect(passed.map((one) => one.function)).toEqual([first, twin]);
    expect(passed.flatMap(({ siblings }) => siblings)).toEqual([]);
  });

  it('names a worked out group by the address of its first function', () => {
    const functions = ['0000:03:00.0', '0000:03:00.1'].map((address) => pciFunction(address, { multifunction: true }));
    const { groups, passed } = chooseFunctions([{ group: '0000:03:00.0' }], surveyOf(...functions));
    expect(groups).toBe('derived');
    expect(passed).toHaveLength(2);
  });

  it.each([
    [{ address: '0000:09:00.0' }, 'spec.pci[0].address', /no PCI function 0000:09:00\.0/],
    [{ label: 'Slot 3' }, 'spec.pci[0].label', /calls no PCI function "Slot 3"/],
    [{ group: '99' }, 'spec.pci[0].group', /no isolation group 99 /],
  ])('%j is not found on a host without it', (entry, field, message) => {
    expect(chooseFunctions([entry], surveyOf(nic)).problems).toMatchObject([{ field, code: 'PLAN_DEVICE_NOT_FOUND', message: expect.stringMatching(message) as unknown }]);
  });

  it('is refused when the firmware gives its label twice', () => {
    const { problems } = chooseFunctions([{ label: 'Onboard LAN' }], surveyOf(nic, { ...first, label: 'Onboard LAN' }));
    expect(problems).toMatchObject([{ field: 'spec.pci[0].label', code: 'PLAN_DEVICE_AMBIGUOUS', message: 'the firmware calls 2 functions "Onboard LAN": 0000:03:00.0, 0000:04:00.0' }]);
  });

  it('is refused when another entry names the same function', () => {
    const { problems } = chooseFunctions([{ address: nic.address }, { label: 'Onboard LAN' }], surveyOf(nic));
    expect(problems).toMatchObject([{ field: 'spec.pci[1]', code: 'PLAN_FIELD_CONFLICT', message: '0000:03:00.0 is named by spec.pci[0] already', cure: expect.stringMatching(/once/) as unknown }]);
  });

  it('is refused where no IOMMU stands before it, though others have one', () => {
    const bare = pciFunction('0000:05:00.0');
    expect(chooseFunctions([{ address: bare.address }], surveyOf(nic, bare)).problems).toMatchObject([{ field: 'spec.pci[0]', code: 'PLAN_DEVICE_UNISOLATED', cure: expect.stringMatching(/choose/) as unknown }]);
  });
});

describe('what the host uses is refused by name', () => {
  const refused = (facts: Parameters<typeof pciFunction>[1]): readonly { code: string; message: string; cure?: string }[] => chooseFunctions([{ address: '0000:03:00.0' }], surveyOf(pciFunction('0000:03:00.0', facts))).problems;

  it.each([
    ['the management interface', { interfaces: [networkInterface('eth0', { defaultRoute: true, addresses: ['10.0.0.5'] })] }, 'carries eth0, through which the host is reached (default route, 10.0.0.5)'],
    ['an interface with an address', { interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5', 'fd00::5'] })] }, 'carries eth0, through which the host is reached (10.0.0.5, fd00::5)'],
    ['an interface that is up, and may be about to get its address', { interfaces: [networkInterface('eth0')] }, 'carries eth0, which is up'],
    [
      'the port of a bridge that has the address',
      { interfaces: [networkInterface('eth0', { above: [{ name: 'br0', kind: 'bridge', up: true, addresses: ['10.0.0.5'], defaultRoute: true }] })] },
      'carries eth0, a port of the bridge br0, through which the host is reached (default route, 10.0.0.5)',
    ],
    ['the port of a bridge without an address, even if it is down', { interfaces: [networkInterface('eth0', { up: false, above: [{ name: 'br0', kind: 'bridge', up: true, addresses: [], defaultRoute: false }] })] }, 'carries eth0, a port of the bridge br0'],
    ['an interface below a macvtap', { interfaces: [networkInterface('eth0', { up: false, above: [{ name: 'tap7', kind: 'macvtap', up: true, addresses: [], defaultRoute: false }] })] }, 'carries eth0, of which the host has made tap7'],
    ['a network card whose interface is not to be seen', { driver: 'e1000e' }, 'is a network card under the driver e1000e, and its interface is not to be seen: another network namespace may use it'],
    ['the controller of a mounted disk', { class: '010802', storage: [storage('nvme0n1'), storage('nvme0n1p2', { mounts: ['/', '/home'] })] }, 'carries nvme0n1p2, mounted at /'],
    ['the controller of a disk below LVM', { class: '010802', storage: [storage('sda3', { mounts: ['/'], holders: ['dm-0'] })] }, 'carries sda3, mounted at / by way of dm-0'],
    ['the controller of a swapped disk', { class: '010802', storage: [storage('sda2', { swap: true })] }, 'carries sda2, which the host swaps to'],
    ['the controller of a member of an array', { class: '010802', storage: [storage('sda1', { holders: ['md0'] })] }, 'carries sda1, which md0 is made of'],
    ['the controller of a disk that is mounted elsewhere', { class: '010802', storage: [storage('sda1', { fileSystem: 'ext4' })] }, 'carries sda1, whose ext4 somebody has mounted elsewhere'],
    ['the controller of a disk in a pool of ZFS', { class: '010802', storage: [storage('sda1', { pool: true })] }, 'carries sda1, which belongs to a pool of ZFS'],
    ['the parent of virtual functions', { virtualFunctions: ['0000:03:10.0'] }, 'has virtual functions (0000:03:10.0)'],
    ['the display with the console', { class: '030000', bootDisplay: true, frameBuffers: ['fb1'] }, "shows the host's console (fb1)"],
    ['a serial console', { class: '070002', consoles: ['ttyS4'] }, 'carries ttyS4, a console of the host'],
    ['a bridge between buses', { class: '060400' }, "is a bridge, and part of the host's own board"],
  ])('%s', (_, facts, message) => {
    expect(refused(facts)).toMatchObject([{ field: 'spec.pci[0]', code: 'PLAN_DEVICE_NEEDED', message: `0000:03:00.0 ${message}`, cure: expect.stringMatching(/^choose /) as unknown }]);
  });

  it.each([
    ['an interface that is down', { driver: 'e1000e', interfaces: [networkInterface('eth1', { up: false })] }],
    ['a disk that nobody uses', { class: '010802', storage: [storage('nvme1n1')] }],
    ['a network card that is kept for guests', { driver: 'pciback' }],
    ['a network card without a driver', {}],
    ['a display that is not the one of the console', { class: '030000', frameBuffers: ['fb1'] }],
    ['the display of the boot, without a driver', { class: '030000', bootDisplay: true }],
    ['a virtual function', { physicalFunction: '0000:02:00.0' }],
  ])('and %s is free', (_, facts) => {
    expect(refused(facts)).toEqual([]);
  });

  it('a sibling of the group that is in use, with both names', () => {
    const used = { ...twin, interfaces: [networkInterface('eth3', { defaultRoute: true, addresses: ['10.0.0.5'] })] };
    expect(chooseFunctions([{ address: first.address }], surveyOf(first, used)).problems).toEqual([
      {
        field: 'spec.pci[0]',
        code: 'PLAN_DEVICE_NEEDED',
        message: '0000:04:00.0 shares isolation group 15 with 0000:04:00.1, and that carries eth3, through which the host is reached (default route, 10.0.0.5)',
        cure: 'choose another, or take eth3 out of use first',
        retryable: true,
      },
    ]);
  });

  it('a sibling that two entries would take, once', () => {
    const used = pciFunction('0000:04:00.2', { iommuGroup: '15', class: '070002', consoles: ['ttyS4'] });
    const { problems } = chooseFunctions([{ address: first.address }, { address: twin.address }], surveyOf(first, twin, used));
    expect(problems).toMatchObject([{ field: 'spec.pci[0]', code: 'PLAN_DEVICE_NEEDED' }]);
  });

  it('of two entries of one group, the one that names it', () => {
    const used = { ...twin, consoles: ['ttyS4'] };
    expect(chooseFunctions([{ address: first.address }, { address: twin.address }], surveyOf(first, used)).problems).toMatchObject([{ field: 'spec.pci[1]', message: '0000:04:00.1 carries ttyS4, a console of the host' }]);
  });

  it("a device of the chip set that shares the group of the board's bridge", () => {
    const functions = ['0000:00:1f.0', '0000:00:1f.3'].map((address, index) => pciFunction(address, { class: index === 0 ? '060100' : '040300', portType: 'conventional', multifunction: true }));
    expect(chooseFunctions([{ address: '0000:00:1f.3' }], surveyOf(...functions)).problems).toMatchObject([{ code: 'PLAN_DEVICE_NEEDED', message: expect.stringContaining('shares an isolation group with 0000:00:1f.0, and that is a bridge') as unknown }]);
  });
});

describe('a refusal', () => {
  it('is tried again where the host can be mended, and is final for what stays as it is', () => {
    const retryable = (facts: Parameters<typeof pciFunction>[1]): boolean | undefined => chooseFunctions([{ address: '0000:03:00.0' }], surveyOf(pciFunction('0000:03:00.0', facts))).problems[0]?.retryable;
    expect(retryable({ interfaces: [networkInterface('eth0')] })).toBe(true);
    expect(retryable({ class: '060400' })).toBe(false);
  });
});

describe('unknown is not free', () => {
  it('what cannot be read of a function refuses it', () => {
    const { problems } = chooseFunctions([{ address: nic.address }], surveyOf({ ...nic, unknown: ['/sys/bus/pci/devices/0000:03:00.0/driver (EACCES)'] }));
    expect(problems).toMatchObject([{ field: 'spec.pci[0]', code: 'PLAN_DEVICE_UNKNOWN', message: expect.stringContaining('EACCES') as unknown, cure: expect.stringMatching(/read/) as unknown, retryable: true }]);
  });

  it('what cannot be read of the tables about all refuses any', () => {
    const { problems } = chooseFunctions([{ address: nic.address }, { address: first.address }], { functions: [nic, first], unknown: ['/proc/self/mountinfo (EACCES)'] });
    expect(problems).toMatchObject([{ field: 'spec.pci[0]', code: 'PLAN_DEVICE_UNKNOWN', message: expect.stringContaining('/proc/self/mountinfo') as unknown, cure: expect.stringMatching(/read/) as unknown, retryable: true }]);
  });

  it('and a document without devices is nobody’s business', () => {
    expect(chooseFunctions([], { functions: [nic], unknown: ['/proc/swaps (EACCES)'] }).problems).toEqual([]);
  });
});

describe('two halves of a device that keeps its functions apart', () => {
  it('go to two guests, where the kernel tells no groups', () => {
    const halves = ['0000:03:00.0', '0000:03:00.1'].map((address) => pciFunction(address, { multifunction: true, accessControl: keptApart }));
    for (const { address } of halves) expect(chooseFunctions([{ address }], surveyOf(...halves)).passed).toMatchObject([{ siblings: [] }]);
  });
});
