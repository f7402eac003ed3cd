import type { FilePort } from '../../../effects/ports.js';
import type { FirmwareFacts } from '../../contract.js';

/** Where distributions put builds of OVMF, by the guest type that each is for. Its builds for PVH begin with the header of a kernel. */
const places: readonly { readonly type: 'hvm' | 'pvh'; readonly path: string }[] = [
  { type: 'hvm', path: '/usr/share/ovmf/OVMF.fd' },
  { type: 'hvm', path: '/usr/share/edk2/ovmf/OVMF.fd' },
  { type: 'hvm', path: '/usr/lib/xen/boot/ovmf.bin' },
  { type: 'hvm', path: '/usr/libexec/xen/boot/ovmf.bin' },
  { type: 'pvh', path: '/usr/share/edk2/xen/OVMF.fd' },
];

/**
 * UEFI firmware on this host; `machines` has the guest type. Variables have no file: the guest's firmware keeps them in memory, and forgets
 * them when the domain ends.
 */
export async function uefiFirmware(files: FilePort): Promise<readonly FirmwareFacts[]> {
  const found = await Promise.all(
    places.map(async ({ type, path }): Promise<FirmwareFacts[]> =>
      (await files.accessible(path, 'read')) ? [{ code: path, variables: '', machines: [type], secureBoot: false, needsSmm: false }] : [],
    ),
  );
  return found.flat();
}
