import type { Ports } from '../../../effects/ports.js';

const nodes = {
  'vhost-net': '/dev/vhost-net',
  'vhost-vsock': '/dev/vhost-vsock',
  'vhost-scsi': '/dev/vhost-scsi',
  tun: '/dev/net/tun',
} as const;

/** Kernel back ends that this engine may open; never cached, because loading a module or joining a group changes them. */
export async function kernelBackEnds(ports: Ports): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(nodes).map(async ([name, path]) => ((await ports.files.accessible(path, 'write')) ? [name] : [])),
  );
  return found.flat();
}
