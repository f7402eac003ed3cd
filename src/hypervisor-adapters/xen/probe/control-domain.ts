import { messageOf } from '../../../errors.js';
import type { FilePort } from '../../../effects/ports/files.js';

/** Why domains cannot be made from here, and what mends it. */
export interface Obstacle {
  readonly reason: string;
  readonly cure: string;
  /** It is no Xen that was booted. */
  readonly untilReboot?: true;
}

const capabilities = '/proc/xen/capabilities';
/** The door to the hypervisor, under its present name and that of old kernels. */
const doors = ['/dev/xen/privcmd', '/proc/xen/privcmd'];

/** Undefined where this is the control domain of a Xen and its hypervisor can be called. Reads files only. */
export async function obstacleToControl(files: FilePort): Promise<Obstacle | undefined> {
  let said: string | undefined;
  try {
    said = await files.readText(capabilities);
  } catch (error) {
    return { reason: `${capabilities} cannot be read: ${messageOf(error)}`, cure: 'run the engine as root' };
  }
  if (said === undefined) return withoutXenfs(files);
  if (!said.split(/\s+/).includes('control_d')) return { reason: 'this is not the control domain of its Xen', cure: 'run the engine in dom0' };
  for (const door of doors) if (await files.accessible(door, 'write')) return undefined;
  return { reason: `this user may not open ${doors[0] ?? ''}`, cure: 'run the engine as root' };
}

async function withoutXenfs(files: FilePort): Promise<Obstacle> {
  const hypervisor = await files.readText('/sys/hypervisor/type').catch(() => undefined);
  if (hypervisor?.trim() === 'xen') return { reason: 'this host runs on Xen, and xenfs is not mounted', cure: 'mount -t xenfs xenfs /proc/xen' };
  return { reason: 'this host does not run on Xen', cure: 'boot it with Xen: apt-get install xen-system-amd64, and choose Xen in the boot menu', untilReboot: true };
}
