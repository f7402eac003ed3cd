import { z } from 'zod';
import { says } from '../wording.js';
import { closed, numbered, repeats, whenSound } from './shapes.js';
import { hostPath, label, word } from './scalars.js';

const DEVICE_NAME = 32;
/** virtio-blk gives the guest 20 bytes. */
const LONGEST_SERIAL = 20;

const disk = closed({
  name: label(DEVICE_NAME).optional().describe('Name within the domain; the default is disk0, disk1, … by place.'),
  image: hostPath.describe('Image file or block device.').meta({ examples: ['./heartbeat.img', '/dev/vg0/web'] }),
  format: z.enum(['auto', 'raw', 'qcow2']).default('auto').describe('Format of the image; auto asks the image.'),
  readOnly: z.boolean().default(false).describe('The guest cannot write; several domains may share the image.'),
  bus: z
    .enum(['auto', 'virtio', 'scsi', 'sata', 'nvme'])
    .default('auto')
    .describe('Bus that the guest sees; auto is the fastest that the hypervisor has.'),
  serial: word(LONGEST_SERIAL, 'a disk serial').optional().describe('Serial number that the guest sees.'),
  cache: z
    .enum(['writeback', 'writethrough', 'none', 'directsync', 'unsafe'])
    .default('writeback')
    .describe('Host caching; unsafe ignores flushes and loses data when the host fails.'),
  discard: z.boolean().default(false).describe('Blocks that the guest discards are freed on the host.'),
  backend: z.enum(['auto', 'vmm', 'vhost-user']).default('auto').describe('Who serves the blocks: the VMM or another process.'),
});

/** Disks in the order that the guest sees. */
export const disks = z
  .array(disk)
  .max(64)
  .transform(numbered('disk'))
  .check(
    whenSound(repeats('name', 'name', ({ name }) => name)),
    whenSound(repeats('writable image', 'image', ({ image, readOnly }) => (readOnly ? undefined : image))),
  );

/** A CD-ROM drive. A bare path is the image. */
export const cdrom = z
  .union([hostPath, closed({ image: hostPath.describe('ISO 9660 image.') })], {
    error: says('is not an image', 'write a path, or a map with image'),
  })
  .transform((written) => (typeof written === 'string' ? { image: written } : written));

/** Directories of the host that the guest mounts by name. */
export const shares = z
  .array(
    closed({
      name: label(31).describe('Mount tag that the guest uses.'),
      path: hostPath.describe('Directory of the host.'),
      protocol: z.enum(['9p', 'virtiofs']).default('9p').describe('How the directory is served.'),
      readOnly: z.boolean().default(false).describe('The guest cannot write.'),
    }),
  )
  .max(32)
  .check(whenSound(repeats('name', 'name', ({ name }) => name)));

/** A disk; `image` is absolute in a parsed document. */
export type DiskSpec = z.output<typeof disks>[number];
/** A CD-ROM drive with its image. */
export type CdromSpec = z.output<typeof cdrom>;
/** A shared directory. */
export type ShareSpec = z.output<typeof shares>[number];
