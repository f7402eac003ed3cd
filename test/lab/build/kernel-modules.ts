import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { treeTool } from './tree-tool.js';

/** Modules of one kernel, with what depmod knows about them. */
export interface Modules {
  /** Kernel version, as `uname -r` says it. */
  readonly version: string;
  /** Paths of the modules' files, as if none were compressed, below `directory`, in the order to load them in: dependencies first. Unless built in. */
  inLoadOrder(names: readonly string[]): readonly string[];
  /** `usr/lib/modules/<version>` of the tree. */
  readonly directory: string;
  /** A module that can be loaded, by its path. Debian 13 ships them compressed, and inside the lab unpacking takes long. */
  read(path: string): Promise<Buffer>;
}

const compressed = '.xz';

/** The kernel's package has no modules.dep: its maintainer script would have made it, and does not run here. */
export async function modulesOf(tree: string, version: string): Promise<Modules> {
  await treeTool(tree, 'depmod', ['-b', tree, version]);
  const directory = join(tree, 'usr/lib/modules', version);
  const paths = new Map<string, string>();
  const needs = new Map<string, readonly string[]>();
  const files = new Map<string, string>();
  for (const line of (await readFile(join(directory, 'modules.dep'), 'utf8')).split('\n')) {
    const [file = '', rest = ''] = line.split(':');
    const path = plain(file);
    files.set(path, file);
    paths.set(nameOf(path), path);
    needs.set(path, rest.split(' ').filter((word) => word !== '').map(plain));
  }
  const builtIn = new Set((await readFile(join(directory, 'modules.builtin'), 'utf8')).split('\n').map(nameOf));

  const inLoadOrder = (names: readonly string[]): readonly string[] => {
    const order = new Set<string>();
    for (const name of names.map(nameOf)) {
      const path = paths.get(name);
      if (path === undefined && builtIn.has(name)) continue;
      if (path === undefined) throw new Error(`Linux ${version} has no module ${name}`);
      // modules.dep names all dependencies, the deepest last.
      for (const each of [...(needs.get(path) ?? [])].reverse()) order.add(each);
      order.add(path);
    }
    return [...order];
  };
  const read = async (path: string): Promise<Buffer> => {
    const file = files.get(path) ?? path;
    const data = await readFile(join(directory, file));
    return file.endsWith(compressed) ? Buffer.from((await treeTool(tree, 'xz', ['-dc'], { input: data })).stdout) : data;
  };
  return { version, inLoadOrder, directory, read };
}

/** Copies modules, with the lists that modprobe wants, into a root tree. */
export async function installModules(tree: string, modules: Modules, names: readonly string[], root: string): Promise<void> {
  const target = join(root, 'usr/lib/modules', modules.version);
  for (const path of modules.inLoadOrder(names)) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), await modules.read(path));
  }
  for (const list of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo']) await cp(join(modules.directory, list), join(target, list));
  await treeTool(tree, 'depmod', ['-b', root, modules.version]);
}

function plain(file: string): string {
  return file.endsWith(compressed) ? file.slice(0, -compressed.length) : file;
}

/** Modules are called with either sign, and files carry an ending. */
function nameOf(path: string): string {
  return basename(path, '.ko').replaceAll('-', '_');
}
