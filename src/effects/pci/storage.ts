import type { HostStorage } from '../ports/pci.js';
import { type Mount, readMounts, readSwaps } from './mounts.js';
import { functionsOnPath, type Reading } from './reading.js';
import { readSharedDirectories } from './shared-directories.js';
import { readFileSystems } from './file-systems.js';

interface Block {
  readonly name: string;
  /** `major:minor` */
  readonly number: string;
  readonly path: string;
  readonly holders: readonly string[];
  readonly functions: readonly string[];
}

export interface HostPaths {
  readonly sys: string;
  readonly proc: string;
  readonly dev: string;
  readonly run: string;
}

/** Disks, partitions and shared directories by the PCI functions that they are reached through. */
export async function readStorage(reading: Reading, { dev, proc, run, sys }: HostPaths): Promise<ReadonlyMap<string, readonly HostStorage[]>> {
  const directory = `${sys}/class/block`;
  const [mounts, swaps, names, fileSystems, zfs] = await Promise.all([
    readMounts(reading, proc, dev),
    readSwaps(reading, proc, dev),
    reading.names(directory),
    readFileSystems(reading, sys),
    reading.names(`${sys}/module/zfs`),
  ]);
  const blocks = await Promise.all(names.map((name) => readBlock(reading, directory, name)));
  const byFunction = await readSharedDirectories(reading, sys, mounts);
  for (const block of blocks) {
    if (block.functions.length === 0) continue;
    const above = blocksAbove(block, blocks);
    const all = [block, ...above];
    const fileSystem = all.flatMap(({ name }) => fileSystems.get(name)?.type ?? [])[0];
    const storage: HostStorage = {
      name: block.name,
      mounts: [...new Set(all.flatMap((each) => mountsOf(each, mounts, fileSystems.get(each.name)?.members ?? [])))],
      swap: all.some(({ name }) => swaps.has(name)),
      holders: above.map(({ name }) => name),
      ...(fileSystem === undefined ? {} : { fileSystem }),
      pool: zfs.length > 0 && (await belongsToPool(reading, `${run}/udev/data/b${block.number}`)),
    };
    for (const address of block.functions) byFunction.set(address, [...(byFunction.get(address) ?? []), storage]);
  }
  return byFunction;
}

async function readBlock(reading: Reading, directory: string, name: string): Promise<Block> {
  const [path = '', number = '', holders] = await Promise.all([reading.target(`${directory}/${name}`), reading.text(`${directory}/${name}/dev`), reading.names(`${directory}/${name}/holders`)]);
  return { name, number, path, holders, functions: functionsOnPath([path, ...(await controllersOf(reading, path))].join('/')) };
}

/** A namespace of NVMe with several ways to it hangs on none of them, but on a subsystem, which has links to its controllers. */
async function controllersOf(reading: Reading, path: string): Promise<readonly string[]> {
  const subsystem = /^.*\/nvme-subsystem\/[^/]+/.exec(path)?.[0];
  if (subsystem === undefined) return [];
  const controllers = (await reading.names(subsystem)).filter((name) => /^nvme\d+$/.test(name));
  return (await Promise.all(controllers.map((name) => reading.target(`${subsystem}/${name}`)))).flatMap((target) => target ?? []);
}

/** Its holders, their partitions, and what is made of those; the nearest first. */
function blocksAbove(block: Block, blocks: readonly Block[]): readonly Block[] {
  const made = ({ holders, name, path }: Block): readonly Block[] => blocks.filter((other) => holders.includes(other.name) || (other.path.startsWith(`${path}/`) && other.name !== name));
  const found = new Set(blocks.filter(({ name }) => block.holders.includes(name)));
  for (const each of found) for (const next of made(each)) found.add(next);
  return [...found];
}

/** A file system of several devices is mounted by the name of one of them. */
function mountsOf({ name, number }: Block, mounts: readonly Mount[], members: readonly string[]): readonly string[] {
  return mounts.filter(({ block, device }) => device === number || block === name || (block !== undefined && members.includes(block))).map(({ at }) => at);
}

/** What udev found on it: a pool has no holder that the kernel tells of. Without udev, a disk beside a loaded ZFS counts as one of its pool. */
async function belongsToPool(reading: Reading, path: string): Promise<boolean> {
  const found = await reading.text(path);
  return found === undefined || /^E:ID_FS_TYPE=zfs_member$/m.test(found);
}
