import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../build/compiler.js';
import { heartbeatDisk } from '../../support/guest-image.js';

/** No libraries, no vector registers, no position to find out. */
const flags = [
  ...['-m32', '-Os', '-Wall', '-Wextra', '-Werror', '-std=gnu11', '-ffreestanding', '-fno-builtin', '-fno-pic', '-fno-pie', '-mgeneral-regs-only'],
  ...['-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fcf-protection=none'],
];
const sector = 512;
/** Where boot.S looks for the heartbeat guest. Sectors. */
const heart = 32;

/** A disk whose guest tells the PCI functions that it sees, lets those of a kind that it knows work, and beats from then on. `source` holds its sources. */
export async function buildGuestDisk(tree: string, source: string, to: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'windlass-probe-'));
  try {
    for (const name of ['boot.S', 'probe.c']) await compile(tree, 'gcc', [...flags, '-c', join(source, name)], directory);
    await compile(tree, 'ld', ['-m', 'elf_i386', '-T', join(source, 'disk.lds'), '-o', 'disk', 'boot.o', 'probe.o'], directory);
    const program = await readFile(join(directory, 'disk'));
    if (program.length > heart * sector) throw new Error(`the probe has ${program.length} bytes, and there is room for ${heart * sector}`);
    const disk = heartbeatDisk();
    const heartbeat = disk.slice(0, sector);
    disk.fill(0, 0, sector);
    disk.set(program);
    disk.set(heartbeat, heart * sector);
    await writeFile(to, disk);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
