import type { Ports } from '../../../effects/ports.js';
import type { FirmwareFacts } from '../../contract.js';

/** Where distributions, and Xen's own build, put builds of OVMF; those that are meant for Xen come first. */
const places = ['/usr/share/edk2/xen/OVMF.fd', '/usr/lib/xen/boot/ovmf.bin', '/usr/libexec/xen/boot/ovmf.bin', '/usr/share/ovmf/OVMF.fd', '/usr/share/edk2/ovmf/OVMF.fd'];

/**
 * How a build of edk2's OvmfXen begins, so that Xen can start it as the kernel of a pvh guest; for hvm it is the same file. Builds for QEMU
 * lost what they knew of Xen in 2021. Debian 12's, for which libxl of the same Debian looks, is one of those: nothing in it takes over the
 * memory map and the tables that hvmloader makes.
 */
const header = Buffer.from('\x7fELF');

/**
 * UEFI firmware on this host that knows Xen. Variables have no file: the guest's firmware keeps them in memory, and forgets them when the
 * domain ends.
 */
export async function uefiFirmware(ports: Pick<Ports, 'growing'>): Promise<readonly FirmwareFacts[]> {
  const found = await Promise.all(
    places.map(async (path): Promise<FirmwareFacts[]> => ((await knowsXen(ports, path)) ? [{ code: path, variables: '', machines: ['pvh', 'hvm'], secureBoot: false, needsSmm: false }] : [])),
  );
  return found.flat();
}

/** What cannot be read is no firmware for us: others that can may be there. */
async function knowsXen({ growing }: Pick<Ports, 'growing'>, path: string): Promise<boolean> {
  const file = await growing.read(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    return header.equals(await file.read(0, header.length));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
