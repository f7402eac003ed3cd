import type { DiskSpec } from '../../../documents/domain-spec.js';
import type { PropertyValue } from '../../../device-model/model.js';
import { bootIndex } from './boot-order.js';
import { jsonArgument, type Argument, type JsonObject } from './argument.js';
import { isHostDevice } from './host-device.js';
import { joinParts, part, type DeviceDraft, type Part, type Placement, type PlanContext } from './part.js';

const scsiHost = 'scsi0';
/** q35 has six SATA ports, and the last is the CD-ROM drive's. */
const sataDisks = 5;

/** Disks, and the host adapter that SCSI disks share. */
export function disks(context: PlanContext): Part {
  const wanted = context.document.spec.disks;
  const sata = wanted.filter(({ bus }) => bus === 'sata');
  const room = context.machine.family === 'q35' ? sataDisks : 0;
  return joinParts([
    wanted.some(({ bus }) => bus === 'scsi') ? part({ devices: [scsiController] }) : part({}),
    ...wanted.map((disk, index) => {
      const ata = sata.indexOf(disk);
      if (ata < room) return oneDisk(context, disk, index, ata);
      const message = room === 0 ? `machine ${context.machine.type} has no SATA controller` : `the SATA controller has room for ${room} disks beside the CD-ROM drive`;
      return part({ problems: [{ field: `spec.disks[${index}].bus`, code: 'PLAN_BUS_FULL', message, cure: 'use bus: virtio or scsi' }] });
    }),
  ]);
}

/** A read-only image in the CD-ROM drive. */
export function cdrom(context: PlanContext): Part {
  const wanted = context.document.spec.cdrom;
  if (wanted === undefined) return part({});
  const node = blockNode(context, 'cdrom0', wanted.image, 'raw', { readOnly: true, cache: 'writeback', discard: false });
  return part({
    devices: [
      {
        id: 'cdrom0',
        class: 'cdrom',
        frontEnd: 'ide-cd',
        placement: { bus: context.machine.family === 'q35' ? `ide.${sataDisks}` : 'ide.1' },
        backEnd: { kind: 'vmm', name: 'file', host: wanted.image },
        why: 'every firmware and operating system can read an IDE or SATA CD-ROM drive',
        field: 'spec.cdrom',
        properties: bootIndex(context.document.spec, 'cdrom', 0),
        wiring: { drive: 'cdrom0' },
      },
    ],
    backEnds: [node],
    claims: [{ kind: 'image', id: wanted.image, mode: 'shared', field: 'spec.cdrom.image' }],
    requires: [{ path: wanted.image, field: 'spec.cdrom.image', writable: false }],
  });
}

function oneDisk(context: PlanContext, disk: DiskSpec, index: number, ata: number): Part {
  const field = `spec.disks[${index}]`;
  const format = disk.format === 'auto' ? formatByName(disk.image) : disk.format;
  return part({
    devices: [{ ...frontEnd(disk, ata), ...identityOf(context, disk, field), properties: properties(context, disk, index) }],
    backEnds: [blockNode(context, disk.name, disk.image, format, disk)],
    claims: [{ kind: 'image', id: disk.image, mode: disk.readOnly ? 'shared' : 'exclusive', field: `${field}.image` }],
    requires: [{ path: disk.image, field: `${field}.image`, writable: !disk.readOnly }],
  });
}

function identityOf(context: PlanContext, disk: DiskSpec, field: string): Pick<DeviceDraft, 'id' | 'class' | 'backEnd' | 'field' | 'wiring'> {
  const name = isHostDevice(context, disk.image) ? 'host-device' : 'file';
  return { id: disk.name, class: 'block', backEnd: { kind: 'vmm', name, host: disk.image }, field, wiring: { drive: disk.name } };
}

function frontEnd(disk: DiskSpec, ata: number): { readonly frontEnd: string; readonly placement: Placement; readonly why: string } {
  switch (disk.bus) {
    case 'auto':
      return { frontEnd: 'virtio-blk-pci', placement: { slot: 'middle' }, why: 'virtio-blk is the shortest way from a guest to its blocks; no vhost block back end is served yet' };
    case 'virtio':
      return { frontEnd: 'virtio-blk-pci', placement: { slot: 'middle' }, why: 'the document asks for virtio' };
    case 'scsi':
      return { frontEnd: 'scsi-hd', placement: { bus: `${scsiHost}.0` }, why: 'the document asks for SCSI; all SCSI disks share one virtio adapter' };
    case 'sata':
      return { frontEnd: 'ide-hd', placement: { bus: `ide.${ata}` }, why: 'the document asks for SATA' };
    case 'nvme':
      return { frontEnd: 'nvme', placement: { slot: 'middle' }, why: 'the document asks for NVMe' };
  }
}

function properties(context: PlanContext, disk: DiskSpec, index: number): Readonly<Record<string, PropertyValue>> {
  // An NVMe controller does not start without a serial number.
  const serial = disk.serial ?? (disk.bus === 'nvme' ? disk.name : undefined);
  return {
    ...(serial === undefined ? {} : { serial }),
    // nvme has no switch for its write cache, and virtio-blk alone one for discard.
    ...(disk.bus === 'nvme' ? {} : { 'write-cache': writesAreCached(disk.cache) ? 'on' : 'off' }),
    ...(['auto', 'virtio'].includes(disk.bus) ? { discard: disk.discard } : {}),
    ...tinyGeometry(context, disk),
    ...bootIndex(context.document.spec, 'disk', index),
  };
}

/** 16 heads of 63 sectors: SeaBIOS finds no cylinder on less, and reads nothing. */
const smallestCylinder = 16 * 63 * 512;

/** A geometry for an image that SeaBIOS would call empty, such as a bare boot sector. Others keep theirs, which old boot loaders depend on. */
function tinyGeometry({ seen }: PlanContext, disk: DiskSpec): Readonly<Record<string, number>> {
  const size = seen?.[disk.image]?.size ?? smallestCylinder;
  if (size >= smallestCylinder || size < 512 || !['auto', 'virtio', 'sata'].includes(disk.bus)) return {};
  if (disk.format === 'qcow2' || formatByName(disk.image) === 'qcow2') return {};
  return { lcyls: 1, lheads: 1, lsecs: Math.min(63, Math.floor(size / 512)) };
}

/**
 * The format by the file's name. QEMU never looks into an image to find its format: a guest that owns a raw disk can write a qcow2 header
 * to it, and name any file of the host as its backing file.
 */
function formatByName(image: string): 'raw' | 'qcow2' {
  return image.endsWith('.qcow2') ? 'qcow2' : 'raw';
}

function blockNode(context: PlanContext, name: string, image: string, format: 'raw' | 'qcow2', how: Pick<DiskSpec, 'readOnly' | 'cache' | 'discard'>): Argument {
  const shared = {
    'read-only': how.readOnly,
    cache: { direct: how.cache === 'none' || how.cache === 'directsync', 'no-flush': how.cache === 'unsafe' },
    discard: how.discard ? 'unmap' : 'ignore',
  } satisfies JsonObject;
  return jsonArgument('-blockdev', {
    driver: format,
    'node-name': name,
    ...shared,
    file: { driver: isHostDevice(context, image) ? 'host_device' : 'file', filename: image, ...shared },
  });
}

function writesAreCached(cache: DiskSpec['cache']): boolean {
  return cache !== 'writethrough' && cache !== 'directsync';
}

const scsiController: DeviceDraft = {
  id: scsiHost,
  class: 'controller',
  frontEnd: 'virtio-scsi-pci',
  placement: { slot: 'low' },
  backEnd: { kind: 'vmm', name: 'qemu' },
  why: 'SCSI disks need a host adapter; vhost-scsi serves targets of the kernel, not images',
  field: 'spec.disks',
  properties: {},
  wiring: {},
};
