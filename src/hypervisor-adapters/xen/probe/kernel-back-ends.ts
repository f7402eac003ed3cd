import type { FilePort } from '../../../effects/ports/files.js';

/** Where a driver of this kernel shows that it is there. */
const drivers = {
  blkback: '/sys/bus/xen-backend/drivers/vbd',
  netback: '/sys/bus/xen-backend/drivers/vif',
  pciback: '/sys/bus/pci/drivers/pciback',
  pvcalls: '/sys/bus/xen-backend/drivers/pvcalls',
} as const;

/** Back ends that the kernel of this control domain has, and `tun` for the interfaces of emulated devices; never cached, because loading a module changes them. */
export async function kernelBackEnds(files: FilePort): Promise<readonly string[]> {
  const tun = files.accessible('/dev/net/tun', 'write');
  const found = await Promise.all(
    Object.entries(drivers).map(async ([name, path]) => ((await files.stat(path).catch(() => undefined)) === undefined ? [] : [name])),
  );
  return [...found.flat(), ...((await tun) ? ['tun'] : [])];
}
