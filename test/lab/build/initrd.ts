import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CpioEntry } from './cpio.js';
import { cpio } from './cpio.js';
import type { Modules } from './kernel-modules.js';

interface Initrd {
  readonly modules: Modules;
  /** Names of the modules to load, in `/modules.order` with their dependencies. */
  readonly load: readonly string[];
  /** A script for busybox's sh, which becomes /init. */
  readonly init: string;
  /** Files for `/lab`, by name. */
  readonly files?: Readonly<Record<string, Buffer>>;
}

/** busybox, some modules, and an init. Not compressed: unpacking costs more than reading, under emulation. */
export async function writeInitrd(tree: string, to: string, { modules, load, init, files = {} }: Initrd): Promise<void> {
  const paths = modules.inLoadOrder(load);
  const entries: CpioEntry[] = [
    ...['bin', 'dev', 'lab', 'lib', 'lib/modules', 'mnt', 'proc', 'sys'].map((path) => ({ path, kind: 'directory' as const })),
    { path: 'bin/busybox', kind: 'file', data: await readFile(join(tree, 'bin/busybox')), executable: true },
    { path: 'bin/sh', kind: 'link', target: 'busybox' },
    { path: 'init', kind: 'file', data: await readFile(init), executable: true },
    { path: 'modules.order', kind: 'file', data: Buffer.from(paths.map((path) => `${basename(path)}\n`).join('')) },
  ];
  for (const path of paths) entries.push({ path: `lib/modules/${basename(path)}`, kind: 'file', data: await modules.read(path) });
  for (const [name, data] of Object.entries(files)) entries.push({ path: `lab/${name}`, kind: 'file', data, executable: true });
  await writeFile(to, cpio(entries));
}
