import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';

const deadline = 30_000;

/** The agent of an unpacked tree, the loader that starts it, and the libraries that it needs; by name. */
export async function agentFiles(tree: string): Promise<Readonly<Record<string, Buffer>>> {
  const agent = join(tree, 'usr/sbin/qemu-ga');
  const loader = join(tree, 'lib64/ld-linux-x86-64.so.2');
  const { stdout } = await execa(loader, ['--library-path', join(tree, 'usr/lib/x86_64-linux-gnu'), '--list', agent], { timeout: deadline, stdin: 'ignore' });
  // `libudev.so.1 => /…/libudev.so.1 (0x…)`; what has no path is the kernel's.
  const libraries = Array.from(stdout.matchAll(/=> (\/\S+) \(/g), ([, path]) => path ?? '');
  if (libraries.length < 3) throw new Error(`the loader told no libraries of ${agent}:\n${stdout}`);
  const files = await Promise.all([agent, loader, ...libraries].map(async (path) => [basename(path), await readFile(path)] as const));
  return Object.fromEntries(files);
}
