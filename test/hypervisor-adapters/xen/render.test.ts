import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import { plan } from '../../../src/hypervisor-adapters/xen/render/plan.js';
import { documentOf } from '../qemu/plan-requests.js';
import { goldenDocuments } from './golden-documents.js';
import { configOf, planned, problemsOf, pvFacts, requestOf, richFacts } from './plan-requests.js';
import { parseXlConfig } from './xl-cfg-parser.js';

const kernel = { memory: '64Mi', boot: { kernel: '/k' } } as const;
const mebibyte = 1024 ** 2;

describe('golden xl.cfg', () => {
  it.each(Object.entries(goldenDocuments))('%s', async (name, { spec, facts }) => {
    const text = configOf(planned(spec, facts));
    parseXlConfig(text);
    await expect(text).toMatchFileSnapshot(`golden/${name}.cfg`);
  });
});

describe('a plan', () => {
  it('starts xl in the foreground, with the domain paused and its identity among the arguments', () => {
    const { recipe } = planned(kernel);
    expect(recipe.executable).toBe('/usr/sbin/xl');
    expect(recipe.args).toEqual(['create', '-F', '-p', '/run/hypervisor/xen/web/xl.cfg', recipe.marker]);
    expect(recipe.marker).toMatch(/^uuid="[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
    expect(recipe.files).toEqual([{ path: '/run/hypervisor/xen/web/xl.cfg', content: configOf(planned(kernel)), mode: 0o600 }]);
    expect(recipe.transient).toEqual(['/run/hypervisor/xen/web/xl.cfg', '/run/hypervisor/xen/web/cons']);
  });

  it('gives the domain the document’s UUID, or one that no other state directory has', () => {
    const uuid = '01234567-89ab-4cde-8f01-23456789abcd';
    expect(planned({ ...kernel, smbios: { uuid } }).recipe.marker).toBe(`uuid="${uuid}"`);
    expect(planned(kernel).recipe.marker).toBe(planned(kernel).recipe.marker);
    expect(planned(kernel, richFacts, '/run/other').recipe.marker).not.toBe(planned(kernel).recipe.marker);
  });

  it('leaves every end of a run to the engine', () => {
    const config = parseXlConfig(configOf(planned(kernel)));
    const endings = ['on_poweroff', 'on_reboot', 'on_crash', 'on_watchdog', 'on_soft_reset'];
    expect(endings.map((ending) => config.get(ending))).toEqual(endings.map(() => 'preserve'));
  });

  it.each([
    ['pv', ['ask', 'quit', 'kill']],
    ['pvh', ['ask', 'quit', 'kill']],
    ['hvm', ['ask', 'press', 'quit', 'kill']],
  ] as const)('asks a %s guest first, and presses only where there is a button', (type, ladder) => {
    expect(planned({ ...kernel, xen: { type } }).ladder).toEqual(ladder);
  });

  it('holds the device model, with who serves each device and why', () => {
    const { devices } = planned({ ...kernel, disks: [{ image: '/dev/vg0/web' }], networks: [{ type: 'tap', bridge: 'br0' }] }).deviceModel;
    expect(devices.map(({ id, frontEnd, bus, backEnd }) => `${id} ${frontEnd} ${bus} ${backEnd.kind} ${backEnd.name}`)).toEqual([
      'xenbus0 xenbus xen process xenstored',
      'console0 hvc_xen xenbus process xenconsoled',
      'disk0 xen-blkfront xenbus kernel blkback',
      'net0 xen-netfront xenbus kernel netback',
    ]);
    expect(devices.map(({ why }) => why)).toEqual([
      'a kernel starts as pvh with the help of the CPU and without an emulated PC; every Xen guest finds its devices over xenbus',
      'every Xen guest has this console; xenconsoled gives it a terminal',
      'blkback serves it: requests go from guest to block device inside the host kernel',
      'packets go from guest to bridge inside the host kernel',
    ]);
  });

  it('says of a network with an mtu that Linux in the guest does not read it', () => {
    const { devices } = planned({ ...kernel, networks: [{ type: 'tap', bridge: 'br0', mtu: 1_400 }] }).deviceModel;
    expect(devices.at(-1)?.why).toBe('packets go from guest to bridge inside the host kernel; its mtu is that of the host’s interface, and Linux in the guest does not read it: set it there as well');
  });

  it('claims what two domains cannot share, and requires what must be there', () => {
    const { claims, recipe } = planned({
      ...kernel,
      xen: { type: 'pv' },
      disks: [{ image: '/images/a.img' }, { image: '/images/b.img', readOnly: true }],
      networks: [{ type: 'tap', bridge: 'br0', tap: 'web0' }],
      display: { vnc: { display: 7 } },
      pci: [{ address: '00:04.0' }],
    });
    expect(claims.map(({ kind, id, mode, field }) => `${kind} ${id} ${mode} ${field}`).sort()).toEqual([
      'image /images/a.img exclusive spec.disks[0].image',
      'image /images/b.img shared spec.disks[1].image',
      'pci 0000:00:04.0 exclusive spec.pci[0]',
      'tap web0 exclusive spec.networks[0].tap',
      'vnc-display 127.0.0.1:7 exclusive spec.display.vnc.display',
    ]);
    expect(recipe.requires.map(({ path, writable }) => `${path} ${writable ? 'rw' : 'r'}`)).toEqual([
      '/k r',
      '/images/a.img rw',
      '/images/b.img r',
      '/sys/class/net/br0 r',
      '/sys/bus/pci/devices/0000:00:04.0 r',
    ]);
  });

  it('claims the whole isolation group of a PCI function, shows the guest what was asked for, and says what is kept back', () => {
    const { claims, deviceModel, recipe } = planned({ ...kernel, xen: { type: 'pv' }, pci: [{ address: '0001:89:00.1' }] });
    expect(claims).toEqual(['0001:89:00.1', '0001:89:00.0'].map((id) => ({ kind: 'pci', id, mode: 'exclusive', field: 'spec.pci[0]' })));
    expect(recipe.files[0]?.content).toContain('pci = [ "0001:89:00.1,permissive=0" ]');
    expect(deviceModel.devices.find((device) => device.class === 'pci')?.why).toContain('; 0001:89:00.0 shares an isolation group with it, and is kept back');
  });

  it('takes PCI functions by their group, and by the name that the firmware gives them', () => {
    const { recipe } = planned({ ...kernel, xen: { type: 'pv' }, pci: [{ group: '0001:89:00.0' }, { label: 'Onboard LAN' }] });
    expect(recipe.files[0]?.content).toMatch(/pci = \[\s*"0001:89:00.0,permissive=0",\s*"0001:89:00.1,permissive=0",\s*"0000:00:06.0,permissive=0"\s*\]/);
  });

  it.each([
    ['pv', 64 + 1 + 1 + 0.25],
    ['pvh', 64 + 2 + 1 + 0.25],
    ['hvm', 64 + 2 + 1 + 0.25],
  ] as const)('counts the memory of a %s guest as libxl does', (type, wanted) => {
    expect(planned({ ...kernel, xen: { type } }).memoryBytes).toBe(Math.ceil(wanted / 2) * 2 * mebibyte);
    expect(planned({ ...kernel, xen: { type }, memoryOverhead: '3Mi' }).memoryBytes).toBe(67 * mebibyte);
  });

  it('counts page tables for vCPUs, memory that may come, a missing nested paging, and the IOMMU', () => {
    const need = (spec: Partial<DomainDocumentInput['spec']>, facts = richFacts): number => planned({ ...kernel, ...spec, memory: spec.memory ?? '1Gi' }, facts).memoryBytes / mebibyte;
    const shadowed = { ...richFacts, devices: richFacts.devices.filter((name) => name !== 'hap') };
    expect(need({})).toBe(1024 + 2 + 2 + 4);
    expect(need({ cpu: { max: 9 } })).toBe(1024 + 2 + 10 + 4);
    expect(need({ memory: { size: '1Gi', max: '4Gi' } })).toBe(1024 + 2 + 2 + 16);
    expect(need({}, shadowed)).toBe(1024 + 2 + 2 + 8);
    expect(need({ pci: [{ address: '00:04.0' }] })).toBe(1024 + 2 + 4 + 4);
  });

  it.each([
    ['4.17.7', 'tag='],
    ['4.18.5', 'tag='],
    ['4.19.0-rc2', 'type=qemu,tag='],
    ['4.20.4', 'type=qemu,tag='],
    ['5.0', 'type=qemu,tag='],
  ])('names the back end of a share to an xl that knows several (%s)', (version, beginning) => {
    expect(configOf(planned({ ...kernel, shares: [{ name: 'a', path: '/a' }] }, { ...richFacts, version, devices: [...richFacts.devices, 'late-devices'] }))).toContain(`p9 = [ "${beginning}a,security_model=none,path=/a" ]`);
  });

  it.each([
    ['4.18.5', [], 0],
    ['4.20.4', ['late-devices'], 0],
    ['4.20.4', [], 1],
  ] as const)('refuses a share where its QEMU would not survive it (%s, %s)', (version, able, refused) => {
    const facts = { ...richFacts, version, devices: [...richFacts.devices, ...able] };
    const problems = problemsOf({ ...kernel, shares: [{ name: 'a', path: '/a' }] }, facts);
    expect(problems).toHaveLength(refused);
    for (const problem of problems) expect(problem).toMatchObject({ code: 'PLAN_FIELD_UNSERVED', field: 'spec.shares', message: expect.stringContaining('the QEMU of this Xen ends') as unknown });
    expect(problemsOf(kernel, facts)).toEqual([]);
  });

  it('is the same for the same document, and can be kept as JSON', () => {
    for (const { spec, facts } of Object.values(goldenDocuments)) {
      expect(planned(spec, facts)).toEqual(planned(spec, facts));
      expect(JSON.parse(JSON.stringify(planned(spec, facts)))).toEqual(planned(spec, facts));
    }
  });
});

describe('a disk', () => {
  const disk = (spec: object, seen: object = {}, facts = richFacts): string => {
    const request = requestOf(documentOf({ ...kernel, disks: [{ image: '/images/a.img', ...spec }] }), facts);
    const outcome = plan({ ...request, seen: { '/images/a.img': { kind: 'file', size: 1, modified: 0, id: '1:1', ...seen } } });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    return outcome.plan.deviceModel.devices.at(-1)?.why ?? '';
  };

  it.each([
    ['a file', {}, {}, 'blkback serves it: requests go from guest to a loop device inside the host kernel'],
    ['a block device', {}, { kind: 'block-device' }, 'blkback serves it: requests go from guest to block device inside the host kernel'],
    ['a qcow2 image', { format: 'qcow2' }, {}, 'qdisk serves it: a QEMU beside the domain reads the image; blkback is passed over: it reads raw images, and this one is qcow2'],
    ['a file without cache', { cache: 'none' }, {}, 'qdisk serves it: a QEMU beside the domain reads the image; blkback is passed over: a loop device caches, and the document wants no cache'],
    ['a device without cache', { cache: 'none' }, { kind: 'block-device' }, 'blkback serves it: requests go from guest to block device inside the host kernel'],
    ['an image for the VMM', { backend: 'vmm' }, {}, 'qdisk serves it: a QEMU beside the domain reads the image; blkback is passed over: the document wants the VMM'],
  ] as const)('that is %s says who serves it', (_what, spec, seen, why) => {
    expect(disk(spec, seen)).toBe(why);
  });

  it('is served by QEMU where the kernel has no back end for it', () => {
    expect(disk({}, {}, { ...richFacts, kernelBackEnds: ['netback'] })).toContain('blkback is passed over: the kernel of this host does not have it (modprobe xen-blkback)');
  });
});

describe('the type of a guest', () => {
  const typeOf = (spec: object, facts = richFacts): string => planned({ memory: '64Mi', ...spec }, facts).deviceModel.machine;
  const only = (...machines: readonly string[]): typeof richFacts => ({ ...richFacts, machines });

  it.each([
    ['pvh for a kernel', { boot: { kernel: '/k' } }, undefined, 'pvh'],
    ['pv for a kernel where the CPU cannot help', { boot: { kernel: '/k' } }, pvFacts, 'pv'],
    ['hvm for a kernel where Xen has no pv', { boot: { kernel: '/k' } }, only('hvm'), 'hvm'],
    ['hvm without a kernel', {}, undefined, 'hvm'],
    ['pv for a kernel with a PCI device', { boot: { kernel: '/k' }, pci: [{ address: '00:04.0' }] }, undefined, 'pv'],
    ['hvm for a kernel with a PCI device where Xen has no pv', { boot: { kernel: '/k' }, pci: [{ address: '00:04.0' }] }, only('pvh', 'hvm'), 'hvm'],
    ['hvm for a second serial port', { boot: { kernel: '/k' }, serial: [{}, {}] }, undefined, 'hvm'],
    ['hvm for sound', { boot: { kernel: '/k' }, sound: true }, undefined, 'hvm'],
    ['what the document says', { boot: { kernel: '/k' }, xen: { type: 'pv' } }, undefined, 'pv'],
  ] as const)('is %s', (_what, spec, facts, type) => {
    expect(typeOf(spec, facts)).toBe(type);
  });

  it('is explained, with what was passed over', () => {
    expect(planned(kernel, pvFacts).deviceModel.devices[0]?.why).toBe(
      'a kernel starts as pv without an emulated PC; pvh is passed over, because this Xen cannot run it; every Xen guest finds its devices over xenbus',
    );
  });
});
