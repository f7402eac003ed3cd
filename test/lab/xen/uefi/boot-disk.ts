import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, compilerPackages, hostHasCompiler } from '../../build/compiler.js';
import { ensurePackages } from '../../packages.js';
import { fatDisk } from './fat-disk.js';

const source = fileURLToPath(new URL('program.c', import.meta.url));

/** No libraries, no vector registers, and nothing that is patched where it is loaded. */
const flags = [
  ...['-Os', '-Wall', '-Wextra', '-Werror', '-std=gnu11', '-ffreestanding', '-fshort-wchar', '-fpic', '-mno-red-zone', '-mgeneral-regs-only'],
  ...['-fno-stack-protector', '-fno-asynchronous-unwind-tables', '-fcf-protection=none', '-fno-ident'],
];

/** Writes a disk from which UEFI firmware starts `program.c`. */
export async function buildBootDisk(to: string): Promise<void> {
  const tree = hostHasCompiler() ? '' : await ensurePackages(compilerPackages);
  const directory = await mkdtemp(join(tmpdir(), 'windlass-efi-'));
  try {
    await compile(tree, 'gcc', [...flags, '-c', source, '-o', 'program.o'], directory);
    // An EFI application is a PE image of subsystem 10.
    await compile(tree, 'ld', ['-m', 'i386pep', '--subsystem', '10', '-e', 'start', '-s', '-o', 'program.efi', 'program.o'], directory);
    await writeFile(to, fatDisk(['EFI', 'BOOT', 'BOOTX64.EFI'], await readFile(join(directory, 'program.efi'))));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
