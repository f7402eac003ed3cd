import { writeFileSync } from 'node:fs';

const clusterBits = 16;
const cluster = 1 << clusterBits;
/** Bytes that the guest sees. */
const size = 1024 * 1024;

/**
 * Writes an empty qcow2 image (version 3), over a raw backing file if one is named: the guest's first write takes two clusters of 64 KiB
 * for its table and its data. `qemu-img` would do, but QEMU's own package does not bring it.
 * Source: docs/interop/qcow2.txt of QEMU. Clusters: 0 header, 1 refcount table, 2 refcount block, 3 first-level table.
 */
export function writeQcow2(path: string, backing = ''): string {
  const image = Buffer.alloc(4 * cluster);
  const name = Buffer.from(backing);
  const backingAt = 104 + 16 + 8;
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeBigUInt64BE(BigInt(backing === '' ? 0 : backingAt), 8);
  image.writeUInt32BE(name.length, 16);
  image.writeUInt32BE(clusterBits, 20);
  image.writeBigUInt64BE(BigInt(size), 24);
  image.writeUInt32BE(1, 36);
  image.writeBigUInt64BE(BigInt(3 * cluster), 40);
  image.writeBigUInt64BE(BigInt(cluster), 48);
  image.writeUInt32BE(1, 56);
  // 2^4 bits a refcount; length of this header.
  image.writeUInt32BE(4, 96);
  image.writeUInt32BE(104, 100);
  if (backing !== '') {
    // Header extension: format of the backing file. An empty one ends the list.
    image.writeUInt32BE(0xe2792aca, 104);
    image.writeUInt32BE(3, 108);
    image.write('raw', 112);
    name.copy(image, backingAt);
  }
  image.writeBigUInt64BE(BigInt(2 * cluster), cluster);
  for (let used = 0; used < 4; used += 1) image.writeUInt16BE(1, 2 * cluster + 2 * used);
  writeFileSync(path, image);
  return path;
}
