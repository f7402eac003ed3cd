import { describe, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import { isLive, liveFields } from '../../../src/hypervisor-adapters/qemu/compare.js';
import { plan } from '../../../src/hypervisor-adapters/qemu/render/plan.js';
import { unserved } from '../../../src/hypervisor-adapters/qemu/render/unserved.js';
import { documentOf, requestOf, richFacts } from './plan-requests.js';
import { schemaLeaves } from './schema-leaves.js';

type Spec = DomainDocumentInput['spec'];
const base = { memory: '64Mi' } as const;

/** What a spec comes to: the whole plan, or the problems. */
function outcomeOf(spec: Spec, facts: HypervisorFacts = richFacts): string {
  return JSON.stringify(plan(requestOf(documentOf(spec), facts)));
}

/** Two specs that differ in one field. */
type Pair = readonly [one: Spec, other: Spec];
const against = (with_: Partial<Spec>, without: Partial<Spec> = {}): Pair => [{ ...base, ...without }, { ...base, ...with_ }];
const disk = (how: object): Pair => against({ disks: [{ image: '/a', ...how }] }, { disks: [{ image: '/a' }] });
const share = (how: object): Pair => against({ shares: [{ name: 'a', path: '/a', ...how }] }, { shares: [{ name: 'a', path: '/a' }] });
const tap = (how: object): Pair => against({ networks: [{ type: 'tap', ...how }] }, { networks: [{ type: 'tap' }] });
const user = (how: object): Pair => against({ networks: [{ ...how }, { name: 'other' }] }, { networks: [{}, { name: 'other' }] });
const forward = (how: object): Pair => against({ networks: [{ forward: [{ host: 1, guest: 2, ...how }] }] }, { networks: [{ forward: [{ host: 1, guest: 2 }] }] });
const port = (how: object): Pair => against({ serial: [{ ...how }] }, { serial: [{}] });
const kernel = (how: object): Pair => against({ boot: { kernel: '/k', ...how } }, { boot: { kernel: '/k' } });

/** A witness for every field that argv or the plan depends on. */
const served: Readonly<Record<string, Pair>> = {
  'spec.acceleration': against({ acceleration: 'none' }),
  'spec.cpu': against({ cpu: 2 }),
  'spec.cpu.count': against({ cpu: { count: 2 } }),
  'spec.cpu.max': against({ cpu: { max: 2 } }),
  'spec.memory': against({ memory: '65Mi' }),
  'spec.memory.size': against({ memory: { size: '65Mi' } }),
  'spec.boot.kernel': against({ boot: { kernel: '/k' } }),
  'spec.boot.initrd': kernel({ initrd: '/i' }),
  'spec.boot.cmdline': kernel({ cmdline: 'quiet' }),
  'spec.boot.firmware': against({ boot: { firmware: 'uefi' } }),
  'spec.boot.secureBoot': against({ boot: { firmware: 'uefi', secureBoot: true } }, { boot: { firmware: 'uefi' } }),
  'spec.boot.order[]': against({ boot: { order: ['cdrom', 'disk'] }, disks: [{ image: '/a' }] }, { disks: [{ image: '/a' }] }),
  'spec.disks[].name': disk({ name: 'system' }),
  'spec.disks[].image': disk({ image: '/b' }),
  'spec.disks[].format': disk({ format: 'qcow2' }),
  'spec.disks[].readOnly': disk({ readOnly: true }),
  'spec.disks[].bus': disk({ bus: 'nvme' }),
  'spec.disks[].serial': disk({ serial: 'S1' }),
  'spec.disks[].cache': disk({ cache: 'none' }),
  'spec.disks[].discard': disk({ discard: true }),
  'spec.cdrom': against({ cdrom: '/c' }),
  'spec.cdrom.image': against({ cdrom: { image: '/c' } }),
  'spec.shares[].name': share({ name: 'b' }),
  'spec.shares[].path': share({ path: '/b' }),
  'spec.shares[].readOnly': share({ readOnly: true }),
  'spec.networks[].name': user({ name: 'wan' }),
  'spec.networks[].type': user({ type: 'tap' }),
  'spec.networks[].tap': tap({ tap: 'tap7' }),
  'spec.networks[].mac': user({ mac: '52:54:00:00:00:01' }),
  'spec.networks[].mtu': user({ mtu: 1400 }),
  'spec.networks[].vhost': tap({ vhost: 'off' }),
  'spec.networks[].model': user({ model: 'e1000' }),
  'spec.networks[].order': user({ order: 5 }),
  'spec.networks[].forward[].protocol': forward({ protocol: 'udp' }),
  'spec.networks[].forward[].host': forward({ host: 3 }),
  'spec.networks[].forward[].guest': forward({ guest: 3 }),
  'spec.networks[].forward[].address': forward({ address: '127.0.0.2' }),
  'spec.serial[].name': port({ name: 'log' }),
  'spec.serial[].type': port({ type: 'device', path: '/dev/ttyS0' }),
  'spec.serial[].path': against({ serial: [{ type: 'device', path: '/dev/ttyS1' }] }, { serial: [{ type: 'device', path: '/dev/ttyS0' }] }),
  'spec.serial[].log': port({ log: false }),
  'spec.display.vnc.address': against({ display: { vnc: { address: '127.0.0.2' } } }, { display: { vnc: {} } }),
  'spec.display.vnc.display': against({ display: { vnc: { display: 7 } } }, { display: { vnc: {} } }),
  'spec.display.vnc.password.env': against({ display: { vnc: { password: { env: 'SECRET' } } } }, { display: { vnc: {} } }),
  'spec.display.vnc.password.file': against({ display: { vnc: { password: { file: '/secret' } } } }, { display: { vnc: {} } }),
  'spec.display.resolution': against({ display: { resolution: '800x600' } }, { display: {} }),
  'spec.input[]': against({ input: ['tablet'] }),
  'spec.sound': against({ sound: true }),
  'spec.rng': against({ rng: false }),
  'spec.crypto': against({ crypto: true }),
  'spec.guestAgent': against({ guestAgent: true }),
  'spec.watchdog': against({ watchdog: 'report' }),
  'spec.watchdog.model': against({ watchdog: { model: 'ib700' } }, { watchdog: {} }),
  'spec.watchdog.onExpiry': against({ watchdog: { onExpiry: 'reset' } }, { watchdog: {} }),
  'spec.vsock': against({ vsock: true }),
  'spec.vsock.cid': against({ vsock: { cid: 7 } }, { vsock: {} }),
  'spec.usb[].vendor': against({ usb: [{ vendor: '1111', product: '2222' }] }, { usb: [{ vendor: '3333', product: '2222' }] }),
  'spec.usb[].product': against({ usb: [{ vendor: '1111', product: '2222' }] }, { usb: [{ vendor: '1111', product: '3333' }] }),
  'spec.usb[].bus': against({ usb: [{ bus: 1, port: '1' }] }, { usb: [{ bus: 2, port: '1' }] }),
  'spec.usb[].port': against({ usb: [{ bus: 1, port: '1' }] }, { usb: [{ bus: 1, port: '2' }] }),
  'spec.pci[].address': against({ pci: [{ address: '0000:01:00.0' }] }),
  'spec.pci[].label': against({ pci: [{ label: 'Onboard LAN' }] }),
  'spec.pci[].group': against({ pci: [{ group: 10 }] }),
  'spec.spoofing': against({ spoofing: true }),
  'spec.smbios.manufacturer': against({ smbios: { manufacturer: 'A' } }),
  'spec.smbios.product': against({ smbios: { product: 'A' } }),
  'spec.smbios.version': against({ smbios: { version: 'A' } }),
  'spec.smbios.serial': against({ smbios: { serial: 'A' } }),
  'spec.smbios.uuid': against({ smbios: { uuid: '01234567-89ab-4cde-8f01-23456789abcd' } }),
  'spec.smbios.sku': against({ smbios: { sku: 'A' } }),
  'spec.smbios.family': against({ smbios: { family: 'A' } }),
  'spec.smbios.assetTag': against({ smbios: { assetTag: 'A' } }),
  'spec.smbios.oemStrings[]': against({ smbios: { oemStrings: ['A'] } }),
  'spec.acpiTables[]': against({ acpiTables: ['/t'] }),
  'spec.sandbox': against({ sandbox: false }),
  'spec.user': against({ user: 'nobody' }),
  'spec.qemu.binary': against({ qemu: { binary: '/opt/qemu' } }),
  'spec.qemu.machine': against({ qemu: { machine: 'pc' } }),
  'spec.qemu.cpuModel': against({ qemu: { cpuModel: 'qemu64' } }),
};

/** A witness for every field in the table of unserved ones. */
const refused: Readonly<Record<string, Partial<Spec>>> = {
  'spec.cpu.pinning': { cpu: { pinning: [0] } },
  'spec.memory.max': { memory: { size: '64Mi', max: '128Mi' } },
  'spec.disks[].backend': { disks: [{ image: '/a', backend: 'vhost-user' }] },
  'spec.shares[].protocol': { shares: [{ name: 'a', path: '/a', protocol: 'virtiofs' }] },
  'spec.networks[].bridge': { networks: [{ type: 'tap', bridge: 'br0' }] },
  'spec.serial[].type': { serial: [{ type: 'pty' }] },
  'spec.tpm': { tpm: true },
  'spec.can': { can: [{ interface: 'can0' }] },
  'spec.cloudInit': { cloudInit: { userData: '#cloud-config' } },
  'spec.probes.ready.vsock': { probes: { ready: { vsock: { port: 5 } } } },
  'spec.probes.live.check.vsock': { probes: { live: { check: { vsock: { port: 5 } } } } },
  'spec.limits.cpu': { limits: { cpu: 1 } },
  'spec.limits.memory': { limits: { memory: '1Gi' } },
  'spec.limits.pids': { limits: { pids: 9 } },
};

const identifying = ['apiVersion', 'kind', 'metadata.name'];
const isWithin = (leaf: string, field: string): boolean => leaf === field || ['.', '['].some((separator) => leaf.startsWith(field + separator));

describe('no field is ignored silently', () => {
  it.each(schemaLeaves().filter((leaf) => !identifying.includes(leaf)))('%s is served, refused, or the engine’s', (leaf) => {
    const ways = [leaf in served, unserved.some(({ field }) => isWithin(leaf, field)), isLive(leaf)];
    expect(ways).toContain(true);
  });

  it.each(Object.entries(served))('%s changes the plan', (leaf, [one, other]) => {
    expect(schemaLeaves()).toContain(leaf);
    expect(outcomeOf(other)).not.toBe(outcomeOf(one));
    expect(JSON.parse(outcomeOf(other))).toMatchObject({ ok: true });
  });

  it.each(unserved.map(({ field }) => field))('%s is refused by its name', (field) => {
    const outcome = plan(requestOf(documentOf({ ...base, ...refused[field] }), richFacts));
    if (outcome.ok) throw new Error(`${field} was ignored`);
    const asPattern = outcome.problems.map((problem) => ({ ...problem, field: problem.field.replaceAll(/\[\d+\]/g, '[]').replace(/^(spec\.can)\[\]$/, '$1') }));
    expect(asPattern).toContainEqual(expect.objectContaining({ code: 'PLAN_FIELD_UNSERVED', field }));
  });

  it('live fields do not touch argv', () => {
    const argv = (spec: Spec): unknown => {
      const outcome = plan(requestOf(documentOf(spec), richFacts));
      return outcome.ok ? outcome.plan.recipe : outcome.problems;
    };
    const changed: Spec = {
      ...base,
      power: 'paused',
      hypervisor: ['qemu', 'auto'],
      restart: { policy: 'Always', stableAfter: '1s' },
      onChange: 'defer',
      probes: { ready: { console: { pattern: 'login:' } } },
      deadlines: { launch: '1s' },
      memoryOverhead: '1Mi',
      xen: { type: 'pvh' },
    };
    expect(argv(changed)).toEqual(argv(base));
    expect(liveFields.every((field) => schemaLeaves().some((leaf) => isWithin(leaf, field)))).toBe(true);
  });
});
