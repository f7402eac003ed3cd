import type { Reading } from './reading.js';

export interface LiveFileSystem {
  readonly type: string;
  /** Names of all block devices that it is made of. */
  readonly members: readonly string[];
}

/**
 * File systems that are live, by block device, in whatever mount namespace: most have a directory of the device's name in sysfs, btrfs one of
 * its own with all members.
 */
export async function readFileSystems(reading: Reading, sys: string): Promise<ReadonlyMap<string, LiveFileSystem>> {
  const found = new Map<string, LiveFileSystem>();
  const types = await reading.names(`${sys}/fs`);
  for (const type of types) {
    // Control groups, BPF and the like are mounted there, and hang on no device.
    if (!diskTypes.includes(type)) continue;
    for (const name of await reading.names(`${sys}/fs/${type}`)) {
      const members = type === 'btrfs' ? await reading.names(`${sys}/fs/btrfs/${name}/devices`) : [name];
      for (const member of members) found.set(member, { type, members });
    }
  }
  return found;
}

const diskTypes: readonly string[] = ['btrfs', 'erofs', 'ext4', 'f2fs', 'gfs2', 'nilfs2', 'xfs'];
