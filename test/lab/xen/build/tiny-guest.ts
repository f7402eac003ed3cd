import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../build/compiler.js';

/** Freestanding: no libraries, no vector registers, no position to find out. */
const flags = [
  ...['-O2', '-Wall', '-Wextra', '-Werror', '-std=gnu11', '-ffreestanding', '-fno-pic', '-fno-pie', '-mno-red-zone', '-mgeneral-regs-only', '-mcmodel=small'],
  ...['-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fcf-protection=none'],
];

/** Compiles the tiny PV guest with the host's gcc, or with that of the tree where the host has none. Xen's headers are the tree's. */
export async function buildTinyGuest(tree: string, source: string, to: string): Promise<void> {
  const include = join(tree, 'usr/include');
  if (!existsSync(join(include, 'xen/xen.h'))) throw new Error(`Xen's headers are not in ${include}`);
  const directory = await mkdtemp(join(tmpdir(), 'windlass-tinypv-'));
  try {
    const link = ['-static', '-nostdlib', '-no-pie', '-s', '-Wl,--no-warn-rwx-segments', '-Wl,-z,max-page-size=4096', '-Wl,--build-id=none', '-T', join(source, 'tinypv.lds')];
    const sources = ['start.S', 'main.c', 'console.c', 'xenstore.c'].map((name) => join(source, name));
    await compile(tree, 'gcc', [...flags, '-isystem', include, ...link, '-o', to, ...sources], directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
