import type { HostStorage } from '../ports/pci.js';
import type { Mount } from './mounts.js';
import { functionsOnPath, type Reading } from './reading.js';

/** Directories that this host, a guest itself, is given by virtio (9p, virtiofs), by the functions that they come through; only those that are mounted. */
export async function readSharedDirectories(reading: Reading, sys: string, mounts: readonly Mount[]): Promise<Map<string, HostStorage[]>> {
  const byFunction = new Map<string, HostStorage[]>();
  const directory = `${sys}/bus/virtio/devices`;
  for (const name of await reading.names(directory)) {
    const path = `${directory}/${name}`;
    const driver = await reading.targetName(`${path}/driver`);
    const type = driver === '9pnet_virtio' ? '9p' : driver === 'virtiofs' ? 'virtiofs' : undefined;
    if (type === undefined) continue;
    // virtiofs has told its tag only of late; without it, any mount may be of this device.
    const tag = type === '9p' ? (await reading.text(`${path}/mount_tag`))?.replaceAll('\0', '') : undefined;
    const at = mounts.filter((mount) => mount.type === type && (tag === undefined || mount.source === tag)).map((mount) => mount.at);
    if (at.length === 0) continue;
    const target = (await reading.target(path)) ?? '';
    for (const address of functionsOnPath(target)) byFunction.set(address, [{ name: tag ?? type, mounts: at, swap: false, holders: [], pool: false }]);
  }
  return byFunction;
}
