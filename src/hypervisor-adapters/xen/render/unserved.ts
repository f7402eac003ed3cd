import type { DomainSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import type { GuestType } from './guest-type.js';

/** A wish that the schema allows and that xl (looked up in 4.17 and 4.20) has no word for, or that this adapter does not fulfil yet. */
interface Unserved {
  /** Path of the field, with `[]` for any item. */
  readonly field: string;
  /** Paths of the places where the document asks for it, for a guest of this type. */
  readonly asked: (spec: DomainSpec, type: GuestType) => readonly string[];
  readonly why: string;
  readonly cure?: string;
}

interface WithoutEffect {
  readonly field: string;
  readonly asked: (spec: DomainSpec) => boolean;
  readonly why: string;
}

const smbiosNames = ['manufacturer', 'product', 'version', 'serial', 'sku', 'family', 'assetTag'] as const;
const onlyHvm = 'only an hvm guest has a PC emulated for it';

/** Every field that is refused, and the only place that says so. A test walks the schema and finds each field here or served. */
export const unserved: readonly Unserved[] = [
  { field: 'spec.acceleration', asked: ({ acceleration }) => when(acceleration === 'none', 'spec.acceleration'), why: 'Xen is what runs the guest, and emulates no CPU', cure: 'use hypervisor: qemu' },
  { field: 'spec.boot.secureBoot', asked: ({ boot }) => when(boot.secureBoot, 'spec.boot.secureBoot'), why: 'UEFI firmware of a Xen guest keeps no variables, so that it has no keys' },
  { field: 'spec.disks[].bus', asked: ({ disks }, type) => places(disks, 'spec.disks', 'bus', ({ bus }) => unservedBus(bus, type)), why: 'the disks of a Xen guest are its own kind, xl has no word for vscsi, and an hvm guest has emulated IDE, SATA or SCSI besides', cure: 'use bus: auto' },
  { field: 'spec.disks[].serial', asked: ({ disks }) => places(disks, 'spec.disks', 'serial', ({ serial }) => serial !== undefined), why: 'the disks of a Xen guest have no serial number' },
  { field: 'spec.disks[].cache', asked: ({ disks }, type) => places(disks, 'spec.disks', 'cache', ({ cache }) => unservedCache(cache, type)), why: 'xl has writeback, and none where no disk is emulated', cure: 'use cache: writeback' },
  { field: 'spec.disks[].backend', asked: ({ disks }) => places(disks, 'spec.disks', 'backend', ({ backend }) => backend === 'vhost-user'), why: 'xl knows no vhost-user', cure: 'use backend: auto' },
  { field: 'spec.shares[].protocol', asked: ({ shares }) => places(shares, 'spec.shares', 'protocol', ({ protocol }) => protocol === 'virtiofs'), why: 'xl knows no virtiofs', cure: 'use protocol: 9p' },
  { field: 'spec.shares[].readOnly', asked: ({ shares }) => places(shares, 'spec.shares', 'readOnly', ({ readOnly }) => readOnly), why: 'the 9p of Xen cannot be read-only', cure: 'mount the directory read-only on the host, and share that' },
  { field: 'spec.networks[].type', asked: ({ networks }) => places(networks, 'spec.networks', 'type', ({ type }) => type === 'user'), why: 'a guest of Xen is joined to a bridge, and nobody translates addresses for it', cure: 'use type: tap with a bridge' },
  { field: 'spec.networks[].forward', asked: ({ networks }) => places(networks, 'spec.networks', 'forward', ({ forward }) => forward.length > 0), why: 'nobody translates addresses for a guest of Xen' },
  { field: 'spec.networks[].vhost', asked: ({ networks }) => places(networks, 'spec.networks', 'vhost', ({ vhost }) => vhost === 'off'), why: 'netback, which is in the kernel, is the only back end', cure: 'use vhost: auto' },
  { field: 'spec.networks[].model', asked: ({ networks }, type) => places(networks, 'spec.networks', 'model', ({ model, vhost }) => model === 'virtio' || (model === 'e1000' && (type !== 'hvm' || vhost === 'require'))), why: 'the network devices of a Xen guest are its own kind; an hvm guest has an e1000 besides, through QEMU', cure: 'use model: auto' },
  { field: 'spec.serial[].type', asked: ({ serial }, type) => places(serial, 'spec.serial', 'type', (port) => port.type === 'device' && type !== 'hvm'), why: onlyHvm, cure: 'use xen.type: hvm' },
  { field: 'spec.serial[].log', asked: ({ serial }, type) => places(serial, 'spec.serial', 'log', (port) => port.log && type === 'hvm' && port.type !== 'socket'), why: 'QEMU keeps what goes through a socket only', cure: 'write log: false' },
  // Channels would be more; but until 4.20.1 xl gives its first one the number of the console, and libxl drops it with "Primary console has invalid configuration".
  { field: 'spec.serial', asked: ({ serial }, type) => serial.slice(1).flatMap((_, index) => (type === 'hvm' ? [] : [`spec.serial[${index + 1}]`])), why: 'a pv or pvh guest has one console', cure: 'use xen.type: hvm' },
  { field: 'spec.display.resolution', asked: ({ display, xen }) => when(display?.resolution !== undefined && xen?.displayBackend === undefined, 'spec.display.resolution'), why: 'xl sets no resolution of a frame buffer, nor of an emulated card', cure: 'name the domain that shows the display (xen.displayBackend)' },
  { field: 'spec.input', asked: ({ input, display }, type) => when(input.length > 0 && type !== 'hvm' && display === undefined, 'spec.input'), why: 'the keyboard and pointer of a pv or pvh guest come with its display', cure: 'add a display' },
  { field: 'spec.sound', asked: ({ sound, xen }, type) => when(sound && type !== 'hvm' && xen?.soundBackend === undefined, 'spec.sound'), why: onlyHvm, cure: 'use xen.type: hvm, or name the domain that plays it (xen.soundBackend)' },
  { field: 'spec.crypto', asked: ({ crypto }) => when(crypto, 'spec.crypto'), why: 'xl has no device that encrypts' },
  { field: 'spec.guestAgent', asked: ({ guestAgent }) => when(guestAgent, 'spec.guestAgent'), why: 'a guest of Xen is asked to shut down through its store, and needs no agent for that', cure: 'leave it out' },
  { field: 'spec.tpm', asked: ({ tpm, xen }) => when(tpm !== undefined && xen?.tpmBackend === undefined, 'spec.tpm'), why: 'a vTPM of Xen is served by a domain, and none is named', cure: 'name a vTPM stub domain (xen-vtpm(7)) as xen.tpmBackend, or Domain-0 where a program serves it' },
  { field: 'spec.tpm.version', asked: ({ tpm, xen }) => when(tpm?.version === '2.0' && xen?.tpmBackend !== undefined, 'spec.tpm.version'), why: 'a vTPM of Xen is a TPM 1.2', cure: 'write tpm: { version: 1.2 }' },
  { field: 'spec.vsock', asked: ({ vsock }) => when(vsock !== undefined, 'spec.vsock'), why: 'xl has no word for vsock, nor for argo and vchan, which are other ways between domains of Xen', cure: 'use a network, or xen.pvcalls' },
  { field: 'spec.can', asked: ({ can }) => places(can, 'spec.can', undefined, () => true), why: 'xl knows no CAN bus' },
  { field: 'spec.usb', asked: ({ usb }, type) => (type === 'hvm' ? [] : places(usb, 'spec.usb', undefined, () => true)), why: onlyHvm, cure: 'use xen.type: hvm' },
  { field: 'spec.pci', asked: ({ pci }, type) => (type === 'pvh' ? places(pci, 'spec.pci', undefined, () => true) : []), why: 'Xen passes no device through to a pvh guest', cure: 'use xen.type: pv or hvm' },
  { field: 'spec.watchdog', asked: ({ watchdog }) => when(watchdog !== undefined, 'spec.watchdog'), why: 'a guest asks Xen itself for a watchdog (the driver xen_wdt), and there is no device to add', cure: 'leave it out: a guest whose watchdog runs out is told as watchdog' },
  { field: 'spec.spoofing', asked: ({ spoofing }) => when(spoofing, 'spec.spoofing'), why: 'xl has no word that hides Xen from its guest; with viridian it calls itself Hyper-V besides' },
  ...smbiosNames.map((name): Unserved => ({ field: `spec.smbios.${name}`, asked: ({ smbios }, type) => when(smbios[name] !== undefined && type !== 'hvm', `spec.smbios.${name}`), why: onlyHvm, cure: 'use xen.type: hvm' })),
  { field: 'spec.smbios.oemStrings', asked: ({ smbios }, type) => when(smbios.oemStrings.length > 0 && type !== 'hvm', 'spec.smbios.oemStrings'), why: onlyHvm, cure: 'use xen.type: hvm' },
  { field: 'spec.acpiTables', asked: ({ acpiTables }, type) => acpiTables.flatMap((_, index) => (type === 'hvm' && index === 0 ? [] : [`spec.acpiTables[${index}]`])), why: 'xl adds one file of tables, and to an hvm guest only', cure: 'put all tables into one file, one behind the other' },
  { field: 'spec.cloudInit', asked: ({ cloudInit }) => when(cloudInit !== undefined, 'spec.cloudInit'), why: 'no seed image is made yet', cure: 'give a seed image as a disk' },
  { field: 'spec.probes.ready.vsock', asked: ({ probes }) => when('vsock' in probes.ready, 'spec.probes.ready.vsock'), why: 'the engine cannot dial vsock', cure: 'use a TCP port of the guest' },
  { field: 'spec.probes.live.check.vsock', asked: ({ probes }) => when(probes.live !== undefined && 'vsock' in probes.live.check, 'spec.probes.live.check.vsock'), why: 'the engine cannot dial vsock', cure: 'use a TCP port of the guest' },
  { field: 'spec.probes.ready.guestAgent', asked: ({ probes }) => when('guestAgent' in probes.ready, 'spec.probes.ready.guestAgent'), why: 'a guest agent of QEMU has no channel on Xen', cure: 'use a TCP port of the guest' },
  { field: 'spec.probes.live.check.guestAgent', asked: ({ probes }) => when(probes.live !== undefined && 'guestAgent' in probes.live.check, 'spec.probes.live.check.guestAgent'), why: 'a guest agent of QEMU has no channel on Xen', cure: 'use a TCP port of the guest' },
  { field: 'spec.limits.cpu', asked: ({ limits }) => when(limits.cpu !== undefined, 'spec.limits.cpu'), why: 'host resources are not limited yet' },
  { field: 'spec.limits.memory', asked: ({ limits }) => when(limits.memory !== undefined, 'spec.limits.memory'), why: 'host resources are not limited yet' },
  { field: 'spec.limits.pids', asked: ({ limits }) => when(limits.pids !== undefined, 'spec.limits.pids'), why: 'host resources are not limited yet' },
  { field: 'spec.user', asked: ({ user }) => when(user !== undefined, 'spec.user'), why: 'xl must be root; its QEMU becomes another user only on hosts that were prepared for that' },
];

/**
 * Wishes whose default cannot be granted, and whose other value is all that Xen has. They are not refused, or no document would be served that
 * does not switch them off; the plan is the same either way.
 */
export const withoutEffect: readonly WithoutEffect[] = [
  { field: 'spec.rng', asked: ({ rng }) => rng, why: 'xl has no source of random numbers; guests use the instructions of the CPU, which Xen lets through' },
  { field: 'spec.sandbox', asked: ({ sandbox }) => sandbox, why: 'xl must be root, and confines its QEMU only on hosts that were prepared for that (dm_restrict)' },
];

/** What of that table this document wishes for, be it by default. */
export function ungranted(spec: DomainSpec): readonly { readonly field: string; readonly why: string }[] {
  return withoutEffect.flatMap(({ asked, field, why }) => (asked(spec) ? [{ field, why }] : []));
}

/** One PLAN_FIELD_UNSERVED for each place of the document that asks for something in the table. */
export function unservedFields(spec: DomainSpec, type: GuestType): readonly PlanProblem[] {
  return unserved.flatMap(({ asked, why, cure }) =>
    asked(spec, type).map((field) => ({
      field,
      code: 'PLAN_FIELD_UNSERVED',
      message: `not served by the xen adapter for a ${type} guest: ${why}`,
      ...(cure === undefined ? {} : { cure }),
    })),
  );
}

function unservedBus(bus: DomainSpec['disks'][number]['bus'], type: GuestType): boolean {
  if (bus === 'auto') return false;
  return type !== 'hvm' || bus === 'virtio' || bus === 'nvme';
}

function unservedCache(cache: DomainSpec['disks'][number]['cache'], type: GuestType): boolean {
  if (cache === 'writeback') return false;
  return cache !== 'none' || type === 'hvm';
}

function when(asked: boolean, field: string): readonly string[] {
  return asked ? [field] : [];
}

function places<Item>(items: readonly Item[], list: string, leaf: string | undefined, asks: (item: Item) => boolean): readonly string[] {
  return items.flatMap((item, index) => (asks(item) ? [`${list}[${index}]${leaf === undefined ? '' : `.${leaf}`}`] : []));
}
