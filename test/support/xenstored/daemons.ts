import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from '../../../scripts/ensure-qemu.mjs';
import { cacheDirectory } from '../../lab/cache.js';
import { ensurePackagesBesideHost } from '../../lab/packages.js';
import { run, succeed } from './commands.js';

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

/** Why there are none. `unsupported`: not on this system, whoever tries. `failed`: it should have worked, and may do so next time. */
export class DaemonsUnavailable extends Error {
  constructor(
    readonly kind: 'unsupported' | 'failed',
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

const compilerDeadline = 5 * 60_000;

type Say = (line: string) => void;

/** Downloads and builds what is not in the cache yet; 5 s the first time, one then. Rejects with DaemonsUnavailable. */
export async function ensureXenstored(say: Say): Promise<XenstoredFiles> {
  const root = await packages(say);
  return {
    binaries: join(root, `usr/lib/xen-${release}/bin`),
    libraries: await librariesOf(root),
    hypervisor: await ensureHypervisor(root, say),
    configuration: join(root, 'etc/xen/oxenstored.conf'),
  };
}

async function packages(say: Say): Promise<string> {
  const missing = ['apt-get', 'dpkg-deb', 'tar'].filter((tool) => findOnPath(tool) === undefined);
  if (missing.length > 0) throw new DaemonsUnavailable('unsupported', `this is no Debian or Ubuntu (there is no ${missing.join(', ')})`);
  const names = [`xen-utils-${release}`, 'libxen-dev'];
  try {
    return await ensurePackagesBesideHost(names, async (work) => {
      say(`downloading and unpacking ${names.join(' and ')} into the cache`);
      await work();
    });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const known = /Unable to locate package|has no installation candidate/.test(words) ? 'unsupported' : 'failed';
    throw new DaemonsUnavailable(known, `cannot get the Debian packages ${names.join(' and ')}: ${words}`, error);
  }
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
  const coming = await mkdtemp(join(cache, 'coming-'));
  try {
    const built = join(coming, 'hypervisor.so');
    await succeed(compiler, ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Wno-unused-parameter', '-I', join(root, 'usr/include'), '-o', built, source, '-ldl']);
    await rename(built, library);
  } catch (error) {
    throw new DaemonsUnavailable('failed', `cannot build ${source}: ${error instanceof Error ? error.message : String(error)}`, error);
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
  if (process.geteuid?.() !== 0) throw new DaemonsUnavailable('unsupported', `there is no C compiler, and installing one needs root: sudo ${command}`);
  say(`gcc is missing; running: ${command}`);
  const { code, complaint } = await run('apt-get', install, { timeout: compilerDeadline });
  const installed = findOnPath('gcc');
  if (code !== 0 || installed === undefined) throw new DaemonsUnavailable('failed', `installing gcc failed: ${complaint}`);
  return installed;
}

/** A gcc without the headers of the C library is no use. */
async function compiles(compiler: string): Promise<boolean> {
  return (await run(compiler, ['-E', '-include', 'stdio.h', '-x', 'c', '/dev/null'])).code === 0;
}
