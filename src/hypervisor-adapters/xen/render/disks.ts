import { chooseBackEnd, type BackEndDecision } from '../../../device-model/choose-back-end.js';
import type { DiskSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { commaProblem, specString } from './spec-string.js';
import { placeDisks, usesAhci, type DiskPlace } from './vdev.js';
import type { XlSetting } from './xl-config.js';

/** Disks and the CD-ROM drive: one list for xl. */
export function disks(context: PlanContext): Part {
  const { disks: wanted, cdrom } = context.document.spec;
  const places = placeDisks(context.type, wanted, cdrom !== undefined);
  const all = wanted.map((disk, index) => {
    const place = places.disks[index];
    return place === undefined || 'code' in place ? { text: [], part: part({ problems: place === undefined ? [] : [place] }) } : oneDisk(context, disk, index, place);
  });
  const drive = cdrom === undefined ? [] : [cdromDrive(context, cdrom.image, places.cdrom)];
  const texts = [...all, ...drive].flatMap(({ text }) => text);
  const settings: XlSetting[] = [
    ...listSetting('disk', texts, 'spec.disks'),
    ...(context.type === 'hvm' && usesAhci(wanted) ? [{ key: 'hdtype', value: 'ahci', field: 'spec.disks' }] : []),
  ];
  return joinParts([part({ settings }), ...[...all, ...drive].map((each) => each.part)]);
}

/** A disk as xl reads it, and what else it means. */
interface PlannedDisk {
  readonly text: readonly string[];
  readonly part: Part;
}

function oneDisk(context: PlanContext, disk: DiskSpec, index: number, place: DiskPlace): PlannedDisk {
  const field = `spec.disks[${index}]`;
  const format = disk.format === 'auto' ? formatByName(disk.image) : disk.format;
  const decision = backEndFor(context, disk, format);
  const kernel = decision.backEnd?.kind === 'kernel';
  const text = diskText({ format, vdev: place.vdev, image: disk.image, readOnly: disk.readOnly, backEnd: kernel ? 'phy' : 'qdisk' }, [
    // xl's word for past the cache of the host.
    ...(disk.cache === 'none' && !kernel ? ['direct-io-safe'] : []),
    disk.discard ? 'discard' : 'no-discard',
  ]);
  const emulation = place.emulated === undefined ? (context.type === 'hvm' ? '; the PC has no place left for it, so that only drivers for Xen see it' : '') : '; firmware sees an emulated disk, until the guest has drivers for Xen';
  return {
    text: [text],
    part: part({
      devices: [
        {
          id: disk.name,
          class: 'block',
          frontEnd: 'xen-blkfront',
          bus: 'xenbus',
          address: place.vdev,
          backEnd: decision.backEnd ?? qdisk(disk.image),
          why: `${decision.why}${emulation}`,
          field,
          properties: { format, discard: disk.discard, ...(place.emulated === undefined ? {} : { emulated: place.emulated }) },
        },
      ],
      claims: [{ kind: 'image', id: disk.image, mode: disk.readOnly ? 'shared' : 'exclusive', field: `${field}.image` }],
      requires: [{ path: disk.image, field: `${field}.image`, writable: !disk.readOnly }],
      problems: place.emulated === undefined ? [] : emulationProblems(`${field}.image`, disk.image),
    }),
  };
}

function cdromDrive(context: PlanContext, image: string, vdev: string): PlannedDisk {
  const hvm = context.type === 'hvm';
  const decision = hvm ? { backEnd: qdisk(image), why: 'the QEMU of an hvm guest reads the image' } : backEndFor(context, { image, backend: 'auto', cache: 'writeback' }, 'raw');
  const kind = hvm ? 'every firmware and operating system can read an IDE CD-ROM drive' : 'without a PC there is no drive to emulate, and the guest sees a disk that calls itself one';
  return {
    text: [diskText({ format: 'raw', vdev, image, readOnly: true, backEnd: decision.backEnd?.kind === 'kernel' ? 'phy' : 'qdisk' }, ['devtype=cdrom'])],
    part: part({
      devices: [
        {
          id: 'cdrom0',
          class: 'cdrom',
          frontEnd: hvm ? 'ide-cd' : 'xen-blkfront',
          bus: hvm ? 'ide.1' : 'xenbus',
          address: vdev,
          backEnd: decision.backEnd ?? qdisk(image),
          why: `${kind}; ${decision.why}`,
          field: 'spec.cdrom',
          properties: {},
        },
      ],
      claims: [{ kind: 'image', id: image, mode: 'shared', field: 'spec.cdrom.image' }],
      requires: [{ path: image, field: 'spec.cdrom.image', writable: false }],
      problems: hvm ? emulationProblems('spec.cdrom.image', image) : [],
    }),
  };
}

type Served = Pick<DiskSpec, 'image' | 'backend' | 'cache'>;

function qdisk(host: string): NonNullable<BackEndDecision['backEnd']> {
  return { kind: 'process', name: 'qdisk', host };
}

/** The host kernel where it can: raw images only, files through a loop device. Else a QEMU of the domain's own. */
function backEndFor(context: PlanContext, disk: Served, format: 'raw' | 'qcow2'): BackEndDecision {
  return chooseBackEnd([
    { backEnd: { kind: 'kernel', name: 'blkback', host: disk.image }, ...blkback(context, disk, format) },
    { backEnd: qdisk(disk.image), usable: true, reason: 'a QEMU beside the domain reads the image' },
  ]);
}

function blkback(context: PlanContext, disk: Served, format: 'raw' | 'qcow2'): { readonly usable: boolean; readonly reason: string } {
  if (disk.backend === 'vmm') return { usable: false, reason: 'the document wants the VMM' };
  if (format !== 'raw') return { usable: false, reason: `it reads raw images, and this one is ${format}` };
  if (!context.facts.kernelBackEnds.includes('blkback')) return { usable: false, reason: 'the kernel of this host does not have it (modprobe xen-blkback)' };
  const device = isBlockDevice(context, disk.image);
  if (disk.cache === 'none' && !device) return { usable: false, reason: 'a loop device caches, and the document wants no cache' };
  return { usable: true, reason: device ? 'requests go from guest to block device inside the host kernel' : 'requests go from guest to a loop device inside the host kernel' };
}

/** Where nobody looked, a path below /dev is a device. */
function isBlockDevice({ seen }: PlanContext, path: string): boolean {
  const kind = seen?.[path]?.kind;
  return kind === undefined ? path.startsWith('/dev/') : kind === 'block-device';
}

/** The format by the file's name, never by its content: a guest that owns a raw disk can write the header of another format to it. */
function formatByName(image: string): 'raw' | 'qcow2' {
  return image.endsWith('.qcow2') ? 'qcow2' : 'raw';
}

interface DiskText {
  readonly format: string;
  readonly vdev: string;
  readonly image: string;
  readonly readOnly: boolean;
  readonly backEnd: 'phy' | 'qdisk';
}

/**
 * As xl-disk-configuration(5) has it: `target=` takes the whole rest, commas and blanks included, but for one comma at its very end.
 */
function diskText({ format, vdev, image, readOnly, backEnd }: DiskText, flags: readonly string[]): string {
  const keyed = specString([
    { key: 'format', value: format, field: 'spec.disks' },
    { key: 'vdev', value: vdev, field: 'spec.disks' },
    { key: 'access', value: readOnly ? 'ro' : 'rw', field: 'spec.disks' },
    { key: 'backendtype', value: backEnd, field: 'spec.disks' },
  ]);
  return [keyed, ...flags, `target=${image}${image.endsWith(',') ? ',' : ''}`].join(',');
}

/** libxl writes the path of an emulated disk into a list of QEMU as it is. */
function emulationProblems(field: string, image: string): readonly PlanProblem[] {
  return image.includes(',') ? [commaProblem(field, image)] : [];
}
