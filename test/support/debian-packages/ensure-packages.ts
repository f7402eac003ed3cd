import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findOnPath } from '../../../scripts/ensure-qemu.mjs';
import { run, succeed } from './commands.js';
import { parsePackages } from './control-file.js';
import { resolvePackages, type Resolution } from './resolve.js';

/** Why packages cannot be had. `unsupported`: not on this system, whoever tries. `failed`: it should have worked, and may do so next time. */
export class PackagesUnavailable extends Error {
  constructor(
    readonly kind: 'unsupported' | 'failed',
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

export interface PackageOptions {
  /** Dependencies that are not followed. */
  readonly leaveOut?: readonly string[];
  /** Receives what is being done, a line at a time; nothing is said when all is in the cache. */
  readonly say?: (line: string) => void;
}

/** Milliseconds. Downloads that take longer are stuck. */
const downloadDeadline = 10 * 60_000;

/** Where everything is kept that takes long to make: `$XDG_CACHE_HOME/windlass/<name>`, or under ~/.cache. */
export function cacheDirectory(name: string): string {
  const configured = process.env['XDG_CACHE_HOME'];
  return join(configured === undefined || configured === '' ? join(homedir(), '.cache') : configured, 'windlass', name);
}

/**
 * Downloads Debian packages, with those of their dependencies that are not installed here, and unpacks them side by side into one tree in the
 * cache. Nothing is installed, and no script of a package runs. Resolves to the tree's path, which is never changed again: other versions get
 * another tree. Idempotent, and safe when several processes do it at once.
 *
 * Rejects with PackagesUnavailable.
 */
export async function ensurePackages(names: readonly string[], options: PackageOptions = {}): Promise<string> {
  const missing = ['apt-get', 'apt-cache', 'dpkg-deb', 'dpkg-query'].filter((tool) => findOnPath(tool) === undefined);
  if (missing.length > 0) throw new PackagesUnavailable('unsupported', `this is no Debian or Ubuntu (there is no ${missing.join(', ')})`);
  const say = options.say ?? ((line) => void process.stderr.write(`${line}\n`));
  try {
    return await attempt(names, options.leaveOut ?? [], say).catch(async (error: unknown) => {
      // Lists that are missing or old name what the archive does not have (any more), or nothing at all.
      if (process.geteuid?.() !== 0) throw error;
      say('running: apt-get update');
      await run('apt-get', ['update', '-q'], { timeout: downloadDeadline });
      return await attempt(names, options.leaveOut ?? [], say);
    });
  } catch (error) {
    if (error instanceof PackagesUnavailable) throw error;
    throw new PackagesUnavailable('failed', `cannot get Debian packages: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

async function attempt(names: readonly string[], leaveOut: readonly string[], say: (line: string) => void): Promise<string> {
  const cache = cacheDirectory('debian');
  const { packages, unserved } = await resolved(names, leaveOut, cache);
  const root = join(cache, 'roots', digest(packages));
  if (await exists(root)) return root;
  for (const name of unserved) say(`nothing in the package archive serves ${name}; going on without it`);
  await unpack(await download(packages, join(cache, 'archives'), say), root, say);
  return root;
}

/** What to unpack. Asking apt takes seconds, so the answer is kept for as long as apt and dpkg know nothing new. */
async function resolved(names: readonly string[], leaveOut: readonly string[], cache: string): Promise<Resolution> {
  const knowledge = await Promise.all(['/var/lib/apt/lists', '/var/lib/dpkg/status'].map(async (path) => (await stat(path)).mtimeMs));
  const kept = join(cache, 'resolutions', `${digest([names, leaveOut, knowledge])}.json`);
  const known = await readFile(kept, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as Resolution;
  const resolution = await resolve(names, leaveOut);
  if (resolution.absent.length > 0) {
    const list = resolution.absent.join(', ');
    throw new PackagesUnavailable('unsupported', `the package archive of this system has no ${list}; if its lists are old, run: apt-get update`);
  }
  await writeWhole(kept, JSON.stringify(resolution));
  return resolution;
}

async function resolve(names: readonly string[], leaveOut: readonly string[]): Promise<Resolution> {
  const list = await succeed('dpkg-query', ['-W', '-f', 'Package: ${Package}\nVersion: ${Version}-${db:Status-Status}\nProvides: ${Provides}\n\n']);
  const installed = parsePackages(list).filter(({ version }) => version.endsWith('-installed'));
  return await resolvePackages(names, new Set(leaveOut), {
    installed: new Set(installed.flatMap(({ name, provides }) => [name, ...provides])),
    // It ends with 100 where one name is unknown, and has shown the others.
    show: async (questions) => parsePackages((await run('apt-cache', ['show', '--no-all-versions', ...questions])).stdout),
  });
}

/** The files of the packages, in their order. */
async function download(packages: Resolution['packages'], archives: string, say: (line: string) => void): Promise<readonly string[]> {
  await mkdir(archives, { recursive: true });
  const fileOf = ({ name, version }: Resolution['packages'][number], there: readonly string[]): string | undefined =>
    there.find((file) => file.startsWith(`${name}_${version.replaceAll(':', '%3a')}_`));
  const there = await readdir(archives);
  const wanted = packages.filter((each) => fileOf(each, there) === undefined);
  if (wanted.length > 0) {
    say(`downloading ${wanted.length} Debian packages into ${archives}`);
    const coming = await mkdtemp(join(archives, 'coming-'));
    try {
      const fetch = ['-q', '-o', 'APT::Sandbox::User=root', 'download', ...wanted.map(({ name, version }) => `${name}=${version}`)];
      const { code, complaint } = await run('apt-get', fetch, { cwd: coming, timeout: downloadDeadline });
      if (code !== 0) throw new Error(`apt-get download failed: ${complaint}\nif the package lists are old, run: apt-get update`);
      for (const file of await readdir(coming)) await rename(join(coming, file), join(archives, file));
    } finally {
      await rm(coming, { recursive: true, force: true });
    }
  }
  const now = await readdir(archives);
  return packages.map((each) => {
    const file = fileOf(each, now);
    if (file === undefined) throw new Error(`apt-get brought no ${each.name} ${each.version}`);
    return join(archives, file);
  });
}

async function unpack(files: readonly string[], root: string, say: (line: string) => void): Promise<void> {
  say(`unpacking ${files.length} Debian packages into ${root}`);
  await mkdir(join(root, '..'), { recursive: true });
  const coming = await mkdtemp(`${root}-coming-`);
  try {
    for (const file of files) await succeed('dpkg-deb', ['-x', file, coming]);
    await rename(coming, root);
  } catch (error) {
    await rm(coming, { recursive: true, force: true });
    // Another process was faster, with the same.
    if (!(await exists(root))) throw error;
  }
}

/** Readers see all of it or nothing. */
async function writeWhole(path: string, content: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.${process.pid}`, content);
  await rename(`${path}.${process.pid}`, path);
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
