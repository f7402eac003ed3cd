/** The QEMU that plays a lab's machine: this host's, or that of another Debian release out of its unpacked packages. */
import { join } from 'node:path';
import { execa } from 'execa';
import { inTree } from '../build/tree-tool.js';

/** Its program, and the words that come before a machine's own. */
export type Emulator = readonly [program: string, ...words: readonly string[]];

export const hostEmulator: Emulator = ['qemu-system-x86_64'];

/** That of a tree of packages with `qemu-system-x86`, run by the tree's own loader, with the tree's libraries and firmware. */
export function emulatorIn(tree: string): Emulator {
  const loader = inTree(tree, join(tree, 'lib64/ld-linux-x86-64.so.2'));
  const program = inTree(tree, join(tree, 'usr/bin/qemu-system-x86_64'));
  if (loader === undefined || program === undefined) throw new Error(`there is no QEMU in ${tree}`);
  const data = ['qemu', 'seabios'].flatMap((name) => ['-L', join(tree, 'usr/share', name)]);
  return [loader, '--library-path', join(tree, 'usr/lib/x86_64-linux-gnu'), program, ...data];
}

/** What it says of itself; part of the key of a snapshot. */
export async function versionOf([program, ...words]: Emulator): Promise<string> {
  const { stdout } = await execa(program, [...words, '--version'], { timeout: 10_000 });
  return stdout;
}
