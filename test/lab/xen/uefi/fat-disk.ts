/** A disk without partitions whose FAT16 holds one file: what firmware takes for an EFI system partition, made without tools. */

const sector = 512;
/** Sectors. A cluster is one, and there are more than the 4085 below which it would be FAT12. */
const total = 8192;
const fatSectors = 32;
const rootEntries = 512;
const entry = 32;
/** Of the two copies of the table, the root directory and the clusters, behind the boot sector. */
const tables = [1, 1 + fatSectors];
const root = 1 + 2 * fatSectors;
const clusters = root + (rootEntries * entry) / sector;

const directory = 0x10;
const archive = 0x20;
const lastOfChain = 0xffff;

/** `path`: names of at most eight characters, and three behind a dot, in capitals. */
export function fatDisk(path: readonly string[], content: Uint8Array): Buffer {
  const disk = Buffer.alloc(total * sector);
  disk.set(bootSector());
  for (const table of tables) disk.writeUInt32LE(0xfffffff8, table * sector);
  let free = 2;
  /** Chains as many clusters as the bytes take; returns the first. */
  const take = (bytes: number): number => {
    const first = free;
    free += Math.max(1, Math.ceil(bytes / sector));
    for (let cluster = first; cluster < free; cluster++) {
      for (const table of tables) disk.writeUInt16LE(cluster + 1 < free ? cluster + 1 : lastOfChain, table * sector + 2 * cluster);
    }
    return first;
  };
  const placeOf = (cluster: number): number => (clusters + cluster - 2) * sector;

  const above = [...path];
  const file = above.pop() ?? '';
  let place = root * sector;
  let parent = 0;
  for (const name of above) {
    const cluster = take(sector);
    disk.set(named(name, directory, cluster, 0), place);
    place = placeOf(cluster);
    disk.set(named('.', directory, cluster, 0), place);
    disk.set(named('..', directory, parent, 0), place + entry);
    place += 2 * entry;
    parent = cluster;
  }
  const cluster = take(content.length);
  disk.set(named(file, archive, cluster, content.length), place);
  disk.set(content, placeOf(cluster));
  return disk;
}

function named(name: string, attributes: number, cluster: number, size: number): Buffer {
  const made = Buffer.alloc(entry);
  const [base = '', extension = ''] = /^\.+$/.test(name) ? [name] : name.split('.');
  made.write(base.padEnd(8) + extension.padEnd(3), 'latin1');
  made.writeUInt8(attributes, 11);
  made.writeUInt16LE(cluster, 26);
  made.writeUInt32LE(size, 28);
  return made;
}

/** Fields of the BIOS parameter block, where they stand. */
function bootSector(): Buffer {
  const made = Buffer.alloc(sector);
  made.set([0xeb, 0x3c, 0x90]);
  made.write('WINDLASS', 3, 'latin1');
  made.writeUInt16LE(sector, 11);
  made.writeUInt8(1, 13); // sectors of a cluster
  made.writeUInt16LE(1, 14); // sectors before the tables
  made.writeUInt8(tables.length, 16);
  made.writeUInt16LE(rootEntries, 17);
  made.writeUInt16LE(total, 19);
  made.writeUInt8(0xf8, 21); // no floppy
  made.writeUInt16LE(fatSectors, 22);
  made.writeUInt16LE(32, 24);
  made.writeUInt16LE(16, 26);
  made.writeUInt8(0x80, 36);
  made.writeUInt8(0x29, 38);
  made.write('WINDLASS   FAT16   ', 43, 'latin1');
  made.writeUInt16LE(0xaa55, 510);
  return made;
}
