import type { Ports } from '../../../effects/ports.js';
import { messageOf, WindlassError } from '../../../errors.js';
import type { FirmwareFacts, RefusedFirmware } from '../../contract/facts.js';
import { firmwareCache, type KnownImage } from './firmware-cache.js';
import { beginsAsKernel, lzmaParts, xenSignature } from './firmware-image.js';

/** Where distributions, and Xen's own build, put builds of OVMF; those that are meant for Xen come first. */
const places = ['/usr/share/edk2/xen/OVMF.fd', '/usr/lib/xen/boot/ovmf.bin', '/usr/libexec/xen/boot/ovmf.bin', '/usr/share/ovmf/OVMF.fd', '/usr/share/edk2/ovmf/OVMF.fd'];

/** No build of edk2 is larger. Bytes. */
const largest = 16 * 1024 * 1024;
/** For unpacking, which takes a fifth of a second, and seconds on an emulated machine. Milliseconds. */
const timeout = 60_000;

type Needs = Pick<Ports, 'files' | 'growing' | 'processes'>;

export interface FirmwareOfHost {
  readonly firmware: readonly FirmwareFacts[];
  readonly refusedFirmware: readonly RefusedFirmware[];
}

/** By what is in an image, or why that could not be found out, which is not remembered. */
type Judged = { readonly image: KnownImage } | { readonly refused: RefusedFirmware };

/**
 * UEFI firmware on this host, with the types of guest that it is for: by what is in its volumes, which are unpacked once for each file; `fresh`: once more.
 * Variables have no file: the guest's firmware keeps them in memory, and forgets them when the domain ends.
 */
export async function uefiFirmware(ports: Needs, cacheDirectory: string, fresh = false): Promise<FirmwareOfHost> {
  const cache = firmwareCache(ports.files, cacheDirectory);
  const cached = fresh ? [] : ((await cache.read())?.images ?? []);
  const judged = (await Promise.all(places.map((path) => judge(ports, path, cached)))).flat();
  const images = judged.flatMap((each) => ('image' in each ? [each.image] : []));
  if (images.some((image) => !cached.includes(image))) await cache.write({ images });
  return {
    firmware: images.filter(({ machines }) => machines.length > 0).map(({ machines, path }) => ({ code: path, variables: '', machines, secureBoot: false, needsSmm: false })),
    refusedFirmware: [
      ...images.filter(({ machines }) => machines.length === 0).map(({ path }) => ({ path, reason: 'nothing in it knows Xen' })),
      ...judged.flatMap((each) => ('refused' in each ? [each.refused] : [])),
    ],
  };
}

async function judge(ports: Needs, path: string, cached: readonly KnownImage[]): Promise<readonly Judged[]> {
  const facts = await ports.files.stat(path).catch(() => undefined);
  if (facts?.kind !== 'file') return [];
  const { id, modified, size } = facts;
  const known = cached.find((image) => image.path === path && image.id === id && image.size === size && image.modified === modified);
  if (known !== undefined) return [{ image: known }];
  try {
    return [{ image: { path, id, size, modified, machines: [...(await machinesOf(ports, path))] } }];
  } catch (error) {
    const cure = error instanceof WindlassError ? error.cure : undefined;
    return [{ refused: { path, reason: messageOf(error), ...(cure === undefined ? {} : { cure }) } }];
  }
}

/**
 * Builds of edk2's OvmfXen know Xen and begin as a kernel, and are for both types of guest. The builds for QEMU knew Xen until 2021, Debian 11's
 * among them, and start hvm guests only. Later ones make nothing of the memory map and the tables that hvmloader leaves for firmware.
 */
async function machinesOf(ports: Needs, path: string): Promise<readonly string[]> {
  const image = await contentOf(ports, path);
  if (!(await knowsXen(ports, path, image))) return [];
  return beginsAsKernel(image) ? ['pvh', 'hvm'] : ['hvm'];
}

async function contentOf({ growing }: Needs, path: string): Promise<Buffer> {
  const file = await growing.read(path);
  if (file === undefined) throw new WindlassError('FILE_ABSENT', `${path} is gone`);
  try {
    return Buffer.from(await file.read(0, largest));
  } finally {
    await file.close();
  }
}

async function knowsXen({ files, processes }: Needs, path: string, image: Buffer): Promise<boolean> {
  if (image.includes(xenSignature)) return true;
  const parts = lzmaParts(image);
  if (parts.length === 0) return false;
  const xz = await files.findExecutable('xz');
  if (xz === undefined) throw new WindlassError('COMMAND_NOT_FOUND', 'without xz nobody can look into it', { cure: 'install xz: apt-get install xz-utils' });
  for (const part of parts) {
    if (await processes.searchOutput(xz, ['--format=lzma', '--decompress', '--stdout'], { input: { path, ...part }, sought: xenSignature, timeout })) return true;
  }
  return false;
}
