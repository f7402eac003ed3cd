import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { AnchorPlan } from '../../../src/hypervisor-adapters/contract/plan.js';
import { isLive, liveFields } from '../../../src/hypervisor-adapters/xen/compare.js';
import { plan } from '../../../src/hypervisor-adapters/xen/render/plan.js';
import { unserved, withoutEffect } from '../../../src/hypervisor-adapters/xen/render/unserved.js';
import { documentOf } from '../qemu/plan-requests.js';
import { schemaLeaves } from '../qemu/schema-leaves.js';
import { problemsOf, requestOf } from './plan-requests.js';

type Spec = DomainDocumentInput['spec'];
type Part = Partial<Spec>;
/** Two specs that differ in one field. */
type Pair = readonly [one: Spec, other: Spec];

const direct = { memory: '64Mi', boot: { kernel: '/k' } } as const;
const pc = { memory: '64Mi' } as const;

function outcomeOf(spec: Spec): string {
  return JSON.stringify(plan(requestOf(documentOf(spec))));
}

const against = (with_: Part, without: Part = {}): Pair => [{ ...direct, ...without }, { ...direct, ...with_ }];
const inPc = (with_: Part, without: Part = {}): Pair => [{ ...pc, ...without }, { ...pc, ...with_ }];
const disk = (how: object): Pair => against({ disks: [{ image: '/a', ...how }] }, { disks: [{ image: '/a' }] });
const share = (how: object): Pair => against({ shares: [{ name: 'a', path: '/a', ...how }] }, { shares: [{ name: 'a', path: '/a' }] });
const vif = (how: object): Pair => against({ networks: [{ type: 'tap', bridge: 'br0', ...how }, { type: 'tap', bridge: 'br9' }] }, { networks: [{ type: 'tap', bridge: 'br0' }, { type: 'tap', bridge: 'br9' }] });
const port = (how: object): Pair => inPc({ serial: [{ log: false, ...how }] }, { serial: [{ log: false }] });
const oldTpm = { version: '1.2' } as const;
const kernel = (how: object): Pair => against({ boot: { kernel: '/k', ...how } });

/** A witness for every field that xl.cfg or the plan depends on. */
const served: Readonly<Record<string, Pair>> = {
  'spec.cpu': against({ cpu: 2 }),
  'spec.cpu.count': against({ cpu: { count: 2 } }),
  'spec.cpu.max': against({ cpu: { max: 2 } }),
  'spec.cpu.pinning': against({ cpu: { pinning: 0 } }),
  'spec.cpu.pinning[]': against({ cpu: { pinning: [0, '2-3'] } }),
  'spec.memory': against({ memory: '65Mi' }),
  'spec.memory.size': against({ memory: { size: '65Mi' } }),
  'spec.memory.max': against({ memory: { size: '64Mi', max: '128Mi' } }),
  'spec.boot.kernel': against({ boot: { kernel: '/other' } }),
  'spec.boot.initrd': kernel({ initrd: '/i' }),
  'spec.boot.cmdline': kernel({ cmdline: 'quiet' }),
  'spec.boot.firmware': inPc({ boot: { firmware: 'uefi' } }),
  'spec.boot.order[]': inPc({ boot: { order: ['cdrom', 'disk'] } }),
  'spec.disks[].name': disk({ name: 'system' }),
  'spec.disks[].image': disk({ image: '/b' }),
  'spec.disks[].format': disk({ format: 'qcow2' }),
  'spec.disks[].readOnly': disk({ readOnly: true }),
  'spec.disks[].bus': inPc({ disks: [{ image: '/a', bus: 'scsi' }] }, { disks: [{ image: '/a' }] }),
  'spec.disks[].cache': disk({ cache: 'none' }),
  'spec.disks[].discard': disk({ discard: true }),
  'spec.disks[].backend': disk({ backend: 'vmm' }),
  'spec.cdrom': inPc({ cdrom: '/c' }),
  'spec.cdrom.image': inPc({ cdrom: { image: '/c' } }),
  'spec.shares[].name': share({ name: 'b' }),
  'spec.shares[].path': share({ path: '/b' }),
  'spec.networks[].name': vif({ name: 'wan' }),
  'spec.networks[].bridge': vif({ bridge: 'br1' }),
  'spec.networks[].tap': vif({ tap: 'web0' }),
  'spec.networks[].mac': vif({ mac: '52:54:00:00:00:01' }),
  'spec.networks[].mtu': vif({ mtu: 1400 }),
  'spec.networks[].vhost': inPc({ networks: [{ type: 'tap', bridge: 'br0', vhost: 'require' }] }, { networks: [{ type: 'tap', bridge: 'br0' }] }),
  'spec.networks[].model': vif({ model: 'e1000' }),
  'spec.networks[].order': vif({ order: 5 }),
  'spec.serial[].name': port({ name: 'log' }),
  'spec.serial[].type': port({ type: 'pty' }),
  'spec.serial[].path': inPc({ serial: [{ type: 'device', path: '/dev/ttyS1', log: false }] }, { serial: [{ type: 'device', path: '/dev/ttyS0', log: false }] }),
  'spec.serial[].log': port({ log: true }),
  'spec.display.vnc.address': against({ display: { vnc: { address: '127.0.0.2' } } }, { display: { vnc: {} } }),
  'spec.display.vnc.password.env': against({ display: { vnc: { password: { env: 'SECRET' } } } }, { display: { vnc: {} } }),
  'spec.display.vnc.password.file': against({ display: { vnc: { password: { file: '/secret' } } } }, { display: { vnc: {} } }),
  'spec.display.vnc.display': against({ display: { vnc: { display: 7 } } }, { display: { vnc: {} } }),
  'spec.input[]': inPc({ input: ['tablet'] }),
  'spec.sound': against({ sound: true }),
  'spec.usb[].vendor': inPc({ usb: [{ vendor: '1111', product: '2222' }] }, { usb: [{ vendor: '3333', product: '2222' }] }),
  'spec.usb[].product': inPc({ usb: [{ vendor: '1111', product: '2222' }] }, { usb: [{ vendor: '1111', product: '3333' }] }),
  'spec.usb[].bus': inPc({ usb: [{ bus: 1, port: '1' }] }, { usb: [{ bus: 2, port: '1' }] }),
  'spec.usb[].port': inPc({ usb: [{ bus: 1, port: '1' }] }, { usb: [{ bus: 1, port: '2' }] }),
  'spec.pci[].address': against({ pci: [{ address: '00:04.0' }] }, { pci: [{ address: '00:05.0' }] }),
  'spec.pci[].label': against({ pci: [{ label: 'Onboard LAN' }] }, { pci: [{ address: '00:05.0' }] }),
  'spec.pci[].group': against({ pci: [{ group: '0001:89:00.0' }] }, { pci: [{ address: '0001:89:00.0' }] }),
  'spec.smbios.uuid': against({ smbios: { uuid: '01234567-89ab-4cde-8f01-23456789abcd' } }),
  ...Object.fromEntries(['manufacturer', 'product', 'version', 'serial', 'sku', 'family', 'assetTag'].map((name) => [`spec.smbios.${name}`, inPc({ smbios: { [name]: 'A' } })])),
  'spec.smbios.oemStrings[]': inPc({ smbios: { oemStrings: ['A'] } }),
  'spec.acpiTables[]': inPc({ acpiTables: ['/t'] }),
  'spec.tpm': against({ tpm: oldTpm, xen: { tpmBackend: 'a' } }),
  'spec.xen.tpmBackend': against({ tpm: oldTpm, xen: { tpmBackend: 'b' } }, { tpm: oldTpm, xen: { tpmBackend: 'a' } }),
  'spec.xen.pvcalls': against({ xen: { pvcalls: 'gateway' } }),
  'spec.display.resolution': against({ display: { resolution: '800x600' }, xen: { displayBackend: 'a' } }, { display: {}, xen: { displayBackend: 'a' } }),
  'spec.xen.displayBackend': against({ display: {}, xen: { displayBackend: 'a' } }, { display: {} }),
  'spec.xen.displayConnector': against({ display: {}, xen: { displayBackend: 'a', displayConnector: 'DP-1' } }, { display: {}, xen: { displayBackend: 'a' } }),
  'spec.xen.displayInput': against({ display: {}, xen: { displayBackend: 'a', displayInput: 'K:/dev/input/event0' } }, { display: {}, xen: { displayBackend: 'a' } }),
  'spec.xen.soundDevice': against({ sound: true, xen: { soundBackend: 'a', soundDevice: 'pulse' } }, { sound: true, xen: { soundBackend: 'a' } }),
  'spec.xen.soundBackend': against({ sound: true, xen: { soundBackend: 'a' } }, { sound: true, xen: { soundBackend: 'b' } }),
  'spec.xen.type': against({ xen: { type: 'pv' } }),
  'spec.xen.deviceModel': against({ xen: { deviceModel: '/opt/qemu' } }),
};

/** A witness for every field in the table of unserved ones; more than one where it depends on the guest. */
const refused: Readonly<Record<string, readonly Spec[]>> = {
  'spec.acceleration': [{ ...direct, acceleration: 'none' }],
  'spec.boot.secureBoot': [{ ...pc, boot: { firmware: 'uefi', secureBoot: true } }],
  'spec.disks[].bus': [
    { ...direct, disks: [{ image: '/a', bus: 'virtio' }] },
    { ...pc, disks: [{ image: '/a', bus: 'nvme' }] },
    { ...direct, xen: { type: 'pv' }, disks: [{ image: '/a', bus: 'scsi' }] },
  ],
  'spec.disks[].serial': [{ ...direct, disks: [{ image: '/a', serial: 'S1' }] }],
  'spec.disks[].cache': [
    { ...direct, disks: [{ image: '/a', cache: 'unsafe' }] },
    { ...direct, disks: [{ image: '/a', cache: 'writethrough' }] },
    { ...direct, disks: [{ image: '/a', cache: 'directsync' }] },
    { ...pc, disks: [{ image: '/a', cache: 'none' }] },
  ],
  'spec.disks[].backend': [{ ...direct, disks: [{ image: '/a', backend: 'vhost-user' }] }],
  'spec.shares[].protocol': [{ ...direct, shares: [{ name: 'a', path: '/a', protocol: 'virtiofs' }] }],
  'spec.shares[].readOnly': [{ ...direct, shares: [{ name: 'a', path: '/a', readOnly: true }] }],
  'spec.networks[].type': [{ ...direct, networks: [{ type: 'user' }] }],
  'spec.networks[].forward': [{ ...direct, networks: [{ forward: [{ host: 1, guest: 2 }] }] }],
  'spec.networks[].vhost': [{ ...direct, networks: [{ type: 'tap', bridge: 'br0', vhost: 'off' }] }],
  'spec.networks[].model': [
    { ...direct, networks: [{ type: 'tap', bridge: 'br0', model: 'virtio' }] },
    { ...direct, xen: { type: 'pvh' }, networks: [{ type: 'tap', bridge: 'br0', model: 'e1000' }] },
    { ...pc, networks: [{ type: 'tap', bridge: 'br0', model: 'e1000', vhost: 'require' }] },
  ],
  'spec.serial[].type': [{ ...direct, xen: { type: 'pv' }, serial: [{ type: 'device', path: '/dev/ttyS0' }] }],
  'spec.serial[].log': [
    { ...pc, serial: [{ type: 'pty' }] },
    { ...pc, serial: [{ type: 'device', path: '/dev/ttyS0' }] },
  ],
  'spec.serial': [{ ...direct, xen: { type: 'pv' }, serial: [{}, {}] }],
  'spec.display.resolution': [{ ...pc, display: { resolution: '800x600' } }],
  'spec.input': [{ ...direct, xen: { type: 'pv' }, input: ['keyboard'] }],
  'spec.sound': [{ ...direct, xen: { type: 'pvh' }, sound: true }],
  'spec.crypto': [{ ...direct, crypto: true }],
  'spec.guestAgent': [{ ...direct, guestAgent: true }],
  'spec.tpm': [{ ...direct, tpm: true }],
  'spec.tpm.version': [{ ...direct, tpm: true, xen: { tpmBackend: 'a' } }],
  'spec.vsock': [{ ...direct, vsock: { cid: 7 } }],
  'spec.can': [{ ...direct, can: [{ interface: 'can0' }] }],
  'spec.usb': [{ ...direct, xen: { type: 'pv' }, usb: [{ bus: 1, port: '1' }] }],
  'spec.pci': [{ ...direct, xen: { type: 'pvh' }, pci: [{ address: '00:04.0' }] }],
  'spec.watchdog': [{ ...pc, watchdog: 'restart' }],
  'spec.spoofing': [{ ...pc, spoofing: true }],
  ...Object.fromEntries(['manufacturer', 'product', 'version', 'serial', 'sku', 'family', 'assetTag'].map((name) => [`spec.smbios.${name}`, [{ ...direct, xen: { type: 'pvh' as const }, smbios: { [name]: 'A' } }]])),
  'spec.smbios.oemStrings': [{ ...direct, xen: { type: 'pv' }, smbios: { oemStrings: ['A'] } }],
  'spec.acpiTables': [
    { ...pc, acpiTables: ['/t', '/u'] },
    { ...direct, xen: { type: 'pv' }, acpiTables: ['/t'] },
  ],
  'spec.cloudInit': [{ ...direct, cloudInit: { userData: '#cloud-config' } }],
  'spec.probes.ready.vsock': [{ ...direct, probes: { ready: { vsock: { port: 5 } } } }],
  'spec.probes.live.check.vsock': [{ ...direct, probes: { live: { check: { vsock: { port: 5 } } } } }],
  'spec.probes.ready.guestAgent': [{ ...direct, guestAgent: true, probes: { ready: { guestAgent: true } } }],
  'spec.probes.live.check.guestAgent': [{ ...direct, guestAgent: true, probes: { live: { check: { guestAgent: true } } } }],
  'spec.limits.cpu': [{ ...direct, limits: { cpu: 1 } }],
  'spec.limits.memory': [{ ...direct, limits: { memory: '1Gi' } }],
  'spec.limits.pids': [{ ...direct, limits: { pids: 9 } }],
  'spec.user': [{ ...direct, user: 'nobody' }],
};

const identifying = ['apiVersion', 'kind', 'metadata.name'];
const isWithin = (leaf: string, field: string): boolean => leaf === field || ['.', '['].some((separator) => leaf.startsWith(field + separator));
/** Lists that are refused item by item, with the places left out. */
const pattern = (field: string): string => field.replaceAll(/\[\d+\]/g, '[]').replace(/^(spec\.(?:can|usb|pci|serial|acpiTables))\[\]$/, '$1');

describe('no field is ignored silently', () => {
  it.each(schemaLeaves().filter((leaf) => !identifying.includes(leaf)))('%s is served, refused, without effect, or the engine’s', (leaf) => {
    const ways = [leaf in served, unserved.some(({ field }) => isWithin(leaf, field)), withoutEffect.some(({ field }) => field === leaf), isLive(leaf)];
    expect(ways).toContain(true);
  });

  it.each(Object.entries(served))('%s changes the plan', (leaf, [one, other]) => {
    expect(schemaLeaves()).toContain(leaf);
    expect(JSON.parse(outcomeOf(one))).toMatchObject({ ok: true });
    expect(JSON.parse(outcomeOf(other))).toMatchObject({ ok: true });
    expect(outcomeOf(other)).not.toBe(outcomeOf(one));
  });

  it.each(unserved.map(({ field }) => field))('%s is refused by its name', (field) => {
    const witnesses = refused[field] ?? [];
    expect(witnesses).not.toEqual([]);
    for (const spec of witnesses) {
      expect(problemsOf(spec).map((problem) => ({ ...problem, field: pattern(problem.field) }))).toContainEqual(expect.objectContaining({ code: 'PLAN_FIELD_UNSERVED', field }));
    }
  });

  it.each(withoutEffect.map(({ field }) => field))('%s has no effect, whatever it says', (field) => {
    const name = field.slice('spec.'.length);
    const planned = (value: boolean): AnchorPlan => {
      const outcome = plan(requestOf(documentOf({ ...direct, [name]: value })));
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
      return outcome.plan;
    };
    const [wished, unwished] = [planned(true), planned(false)];
    expect({ ...wished, withoutEffect: [] }).toEqual({ ...unwished, withoutEffect: [] });
    // Only who wishes for it is told.
    const told = ({ withoutEffect: notes = [] }: AnchorPlan): readonly string[] => notes.map((note) => note.field);
    expect([told(wished).includes(field), told(unwished).includes(field)]).toEqual([true, false]);
  });

  it('live fields do not touch xl.cfg', () => {
    const recipe = (spec: Spec): unknown => {
      const outcome = plan(requestOf(documentOf(spec)));
      return outcome.ok ? outcome.plan.recipe : outcome.problems;
    };
    const changed: Spec = {
      ...direct,
      power: 'paused',
      hypervisor: ['xen', 'auto'],
      restart: { policy: 'Always', stableAfter: '1s' },
      onChange: 'defer',
      probes: { ready: { console: { pattern: 'login:' } } },
      deadlines: { launch: '1s' },
      memoryOverhead: '1Mi',
      qemu: { machine: 'pc' },
    };
    expect(recipe(changed)).toEqual(recipe(direct));
    expect(liveFields.every((field) => schemaLeaves().some((leaf) => isWithin(leaf, field)))).toBe(true);
  });
});
