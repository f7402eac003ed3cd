import { lstatSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Result } from 'execa';
import { execa } from 'execa';

/** The longest single step, packing the root image, takes half a minute. Milliseconds. */
const deadline = 5 * 60_000;

/**
 * Runs a program of an unpacked tree on the host: with the tree's own loader and libraries, so that it matters neither what the host has
 * installed nor of which age that is.
 */
export function treeTool(tree: string, name: string, args: readonly string[], options: { readonly input?: Buffer } = {}): Promise<Result<{ encoding: 'buffer' }>> {
  const program = ['usr/sbin', 'usr/bin'].map((directory) => join(tree, directory, name)).map((path) => inTree(tree, path)).find((path) => path !== undefined);
  if (program === undefined) throw new Error(`there is no ${name} in ${tree}`);
  const loader = join(tree, 'lib64/ld-linux-x86-64.so.2');
  return execa(loader, ['--argv0', name, '--library-path', join(tree, 'usr/lib/x86_64-linux-gnu'), program, ...args], {
    timeout: deadline,
    encoding: 'buffer',
    maxBuffer: 256 * 1024 * 1024,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
}

/** The file itself, following links as the tree's own programs would see them; undefined when there is none. */
export function inTree(tree: string, path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isSymbolicLink()) return path;
  const target = readlinkSync(path);
  return inTree(tree, target.startsWith('/') ? join(tree, target) : resolve(dirname(path), target));
}
