/** Programs in C that a scenario brings along: back ends for dom0, which has the libraries of Xen, and what tries their devices in a guest, which has none. */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, compilerPackages, hostHasCompiler } from '../../build/compiler.js';
import { ensurePackages } from '../../packages.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-std=gnu11', '-s'];
/** Not their archives: libxenstore.a is built without the thread that reads, and no watch of its would fire. */
const xenLibraries = ['xenstore', 'xengnttab', 'xenevtchn'];

/** The unpacked packages that programs are made of: Debian's own C library, so that it does not matter how old this host's is. `more` names what else is wanted of Debian. */
export async function programPackages(more: readonly string[] = []): Promise<string> {
  return await ensurePackages(['libc6-dev', 'libxen-dev', ...more, ...(hostHasCompiler() ? [] : compilerPackages)]);
}

/** Makes the back end whose sources are in the folder of this name, on top of the kit. */
export async function buildBackEnd(tree: string, name: string, to: string): Promise<void> {
  const sources = ['kit', name].flatMap((folder) => sourcesIn(join(here, folder)));
  await build(tree, ['-I', join(here, 'kit'), '-o', to, ...sources, ...xenLibraries.map((library) => `-l${library}`)]);
}

/** Makes a program of one source, for a guest: `name` is its path beside this file, without the ending. */
export async function buildGuestProgram(tree: string, name: string, to: string): Promise<void> {
  await build(tree, ['-static', '-o', to, join(here, `${name}.c`)]);
}

/** Makes the front end whose sources are in the folder `guest/<name>`, for a guest whose kernel has none. */
export async function buildFrontEnd(tree: string, name: string, to: string): Promise<void> {
  const archives = ['xengnttab', 'xenevtchn', 'xentoolcore', 'xentoollog'];
  await build(tree, ['-static', '-I', join(here, 'kit'), '-o', to, ...sourcesIn(join(here, 'guest', name)), ...archives.map((archive) => `-l${archive}`)]);
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.c')).sort().map((name) => join(folder, name));
}

async function build(tree: string, args: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'windlass-program-'));
  try {
    await compile(tree, 'gcc', [`--sysroot=${tree}`, ...flags, ...args], directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
