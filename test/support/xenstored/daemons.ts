import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from '../../../scripts/ensure-qemu.mjs';
import { run, succeed } from '../debian-packages/commands.js';
import { cacheDirectory, ensurePackages, PackagesUnavailable } from '../debian-packages/ensure-packages.js';

/** What it takes to run the genuine daemons on a machine without Xen. All absolute paths. */
export interface XenstoredFiles {
  /** Folder with xenstored and oxenstored. */
  readonly binaries: string;
  readonly libraries: string;
  /** hypervisor.c, built. */
  readonly hypervisor: string;
  /** Debian's own configuration of oxenstored. */
  readonly configuration: string;
}

const release = '4.17';

/** What the packages need for more than the daemons. */
const leaveOut = ['python3', 'udev', 'ucf', 'lsb-base'];

const compilerDeadline = 5 * 60_000;

type Say = (line: string) => void;

/** Downloads and builds what is not in the cache yet; 5 s the first time, some milliseconds then. Rejects with PackagesUnavailable. */
export async function ensureXenstored(say: Say): Promise<XenstoredFiles> {
  const root = await ensurePackages([`xen-utils-${release}`, 'libxen-dev'], { leaveOut, say });
  return {
    binaries: join(root, `usr/lib/xen-${release}/bin`),
    libraries: await librariesOf(root),
    hypervisor: await ensureHypervisor(root, say),
    configuration: join(root, 'etc/xen/oxenstored.conf'),
  };
}

/** usr/lib/x86_64-linux-gnu, or what it is called on this architecture. */
async function librariesOf(root: string): Promise<string> {
  const folders = await readdir(join(root, 'usr/lib'));
  return join(root, 'usr/lib', folders.find((name) => name.includes('-linux-gnu')) ?? '');
}

async function ensureHypervisor(root: string, say: Say): Promise<string> {
  const source = join(import.meta.dirname, 'hypervisor.c');
  const key = createHash('sha256').update(await readFile(source)).update(root).digest('hex').slice(0, 16);
  const cache = cacheDirectory('xenstored');
  const library = join(cache, `hypervisor-${key}.so`);
  const present = await stat(library).catch(() => undefined);
  if (present !== undefined) return library;
  const compiler = await ensureCompiler(say);
  await mkdir(cache, { recursive: true });
  const coming = await mkdtemp(join(cache, 'coming-'));
  try {
    const built = join(coming, 'hypervisor.so');
    await succeed(compiler, ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Wno-unused-parameter', '-I', join(root, 'usr/include'), '-o', built, source, '-ldl']);
    await rename(built, library);
  } catch (error) {
    throw new PackagesUnavailable('failed', `cannot build ${source}: ${error instanceof Error ? error.message : String(error)}`, error);
  } finally {
    await rm(coming, { recursive: true, force: true });
  }
  return library;
}

/** gcc, installed where that needs no password. */
async function ensureCompiler(say: Say): Promise<string> {
  const present = findOnPath('gcc');
  if (present !== undefined && (await compiles(present))) return present;
  const install = ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', 'gcc', 'libc6-dev'];
  const command = `apt-get ${install.filter((word) => word !== '-q').join(' ')}`;
  if (process.geteuid?.() !== 0) throw new PackagesUnavailable('unsupported', `there is no C compiler, and installing one needs root: sudo ${command}`);
  say(`gcc is missing; running: ${command}`);
  const { code, complaint } = await run('apt-get', install, { timeout: compilerDeadline });
  const installed = findOnPath('gcc');
  if (code !== 0 || installed === undefined) throw new PackagesUnavailable('failed', `installing gcc failed: ${complaint}`);
  return installed;
}

/** A gcc without the headers of the C library is no use. */
async function compiles(compiler: string): Promise<boolean> {
  return (await run(compiler, ['-E', '-include', 'stdio.h', '-x', 'c', '/dev/null'])).code === 0;
}
