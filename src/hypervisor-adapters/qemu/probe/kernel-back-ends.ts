import type { Ports } from '../../../effects/ports.js';

const nodes = {
  'vhost-net': '/dev/vhost-net',
  'vhost-vsock': '/dev/vhost-vsock',
  'vhost-scsi': '/dev/vhost-scsi',
  tun: '/dev/net/tun',
  'vfio-pci': '/dev/vfio/vfio',
} as const;

/** The node of vfio is made at the boot already, before there is a driver behind it. */
const drivers: Readonly<Partial<Record<string, string>>> = { 'vfio-pci': '/sys/bus/pci/drivers/vfio-pci' };

/** Kernel back ends that this engine may open; never cached, because loading a module or joining a group changes them. */
export async function kernelBackEnds(ports: Ports): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(nodes).map(async ([name, path]) => {
      const driver = drivers[name];
      const usable = (await ports.files.accessible(path, 'write')) && (driver === undefined || (await ports.files.accessible(driver, 'read')));
      return usable ? [name] : [];
    }),
  );
  return found.flat();
}
