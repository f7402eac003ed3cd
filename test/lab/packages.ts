/**
 * Debian packages without installing them: apt resolves their dependencies, downloads and verifies them; they are unpacked side by side into
 * one tree of the cache. No maintainer script runs. Needs no root, and no package lists of the host's.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory, digestOf, exclusively, use } from './cache.js';

/** One run of apt or one unpacking. Milliseconds. */
const deadline = 10 * 60_000;
/** Of Debian's package debian-archive-keyring, which its apt depends on. */
const debianKeys = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** What usrmerge makes of the top directories; packages still ship files under the old names. */
const merged = ['bin', 'sbin', 'lib', 'lib64'];

/** Debian releases, besides the host's own, that labs take programs from which are too old or too new for it. */
export type Release = 'bullseye' | 'bookworm-backports' | 'trixie' | 'trixie-backports';

/**
 * The directory that holds the packages and all that they depend on, unpacked: as if the machine were empty, for one of its own. Its name is a digest of every package's exact version, so it
 * serves as the packages' part of a cache key. Packages come from the archives that the host's apt knows, or are those of `release`, from the
 * same mirror; recommended ones are left out.
 * Throws an Error with apt's words when one is not to be had.
 * `making` wraps the work when they are not in the cache.
 */
export async function ensurePackages(names: readonly string[], making: Making = (work) => work(), release?: Release): Promise<string> {
  return await ensured(release === undefined ? aptOfEmptyMachine() : await aptOfRelease(release), names, making);
}

/** The same for programs that run here: without what this host has installed, and of its architecture. The named ones are there in any case. */
export async function ensurePackagesBesideHost(names: readonly string[], making: Making = (work) => work()): Promise<string> {
  return await ensured(aptOfHost(), ['--reinstall', ...names], making);
}

async function ensured(apt: Apt, names: readonly string[], making: Making): Promise<string> {
  // The first try may know no packages yet, or versions that the archive no longer has.
  return await obtain(apt, names, making).catch(async () => {
    await exclusively('packages', () => run(apt, ['update', '-q']));
    return await obtain(apt, names, making);
  });
}

type Making = (work: () => Promise<void>) => Promise<void>;

async function obtain(apt: Apt, names: readonly string[], making: Making): Promise<string> {
  const files = await resolved(apt, names);
  const key = digestOf(...files);
  const trees = cacheDirectory('packages');
  const tree = join(trees, key);
  if (!existsSync(tree)) await exclusively('packages', () => making(() => make(apt, names, files, tree)));
  use(trees, key);
  return tree;
}

async function make(apt: Apt, names: readonly string[], files: readonly string[], tree: string): Promise<void> {
  if (existsSync(tree)) return;
  await run(apt, ['install', '--download-only', '-y', '-q', '--no-install-recommends', ...names]);
  const archives = files.map((file) => join(apt.directory, 'archives', file));
  const made = mkdtempSync(`${tree}.`);
  try {
    await unpackAll(archives, made);
    renameSync(made, tree);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  for (const archive of archives) rmSync(archive, { force: true });
}

interface Apt {
  readonly directory: string;
  readonly options: readonly string[];
}

function aptOfEmptyMachine(): Apt {
  const directory = cacheDirectory('apt');
  const status = join(directory, 'status');
  if (!existsSync(status)) writeFileSync(status, '');
  return privateApt(directory, directory, ['-o', 'APT::Architecture=amd64']);
}

/** An empty machine on which that release is to be installed. */
async function aptOfRelease(release: Release): Promise<Apt> {
  const directory = cacheDirectory('apt', release);
  // Backports come on top of their release, and only for who names them as his default.
  const base = release.replace(/-backports$/, '');
  const mirror = await debianMirror();
  const sources = join(directory, 'sources.list');
  const lines = [...new Set([base, release])].map((suite) => `deb [signed-by=${debianKeys}] ${mirror} ${suite} main\n`);
  writeAtomically(sources, lines.join(''));
  writeAtomically(join(directory, 'status'), '');
  const options = ['APT::Architecture=amd64', `Dir::Etc::sourcelist=${sources}`, 'Dir::Etc::sourceparts=/dev/null', 'Dir::Etc::preferencesparts=/dev/null', `APT::Default-Release=${release}`];
  return privateApt(directory, directory, options.flatMap((option) => ['-o', option]));
}

/** Where the host gets Debian from: it may be a mirror, and all that is reached. */
async function debianMirror(): Promise<string> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], { timeout: deadline, stdin: 'ignore' });
  return stdout.split('\n').find((uri) => uri.endsWith('/debian/')) ?? 'http://deb.debian.org/debian/';
}

/** Its status is a copy, beside which apt may lock what it likes. */
function aptOfHost(): Apt {
  const directory = cacheDirectory('apt', 'host');
  const status = join(directory, 'status');
  writeAtomically(status, readFileSync('/var/lib/dpkg/status'));
  // Lists are of one architecture.
  return privateApt(directory, process.arch === 'x64' ? cacheDirectory('apt') : directory, []);
}

/** Another lab's apt may be reading it. */
function writeAtomically(file: string, data: string | Buffer): void {
  writeFileSync(`${file}.${process.pid}`, data);
  renameSync(`${file}.${process.pid}`, file);
}

/** apt with a place of its own for whatever it writes; sources and keys are the host's. `directory` has its status, `lists` what archives have. */
function privateApt(directory: string, lists: string, more: readonly string[]): Apt {
  for (const path of [join(directory, 'archives', 'partial'), join(lists, 'lists', 'partial')]) mkdirSync(path, { recursive: true });
  const options = {
    'Dir::State::status': join(directory, 'status'),
    'Dir::State::lists': join(lists, 'lists'),
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    // The cache is this user's; apt's own user could not write there.
    'APT::Sandbox::User': 'root',
    'DPkg::Lock::Timeout': '600',
  };
  return { directory, options: [...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]), ...more] };
}

/** File names of all packages that the named ones need. None is taken for downloaded already, so that all are told. */
async function resolved(apt: Apt, names: readonly string[]): Promise<readonly string[]> {
  const nothingThere = ['-o', `Dir::Cache::archives=${cacheDirectory('apt', 'none')}`, '-o', 'Debug::NoLocking=1'];
  const text = await run(apt, ['install', '--print-uris', '-qq', '--no-install-recommends', ...nothingThere, ...names]);
  const files = [...text.matchAll(/^'[^']+' (\S+\.deb) /gm)].map(([, file]) => file ?? '');
  if (files.length === 0) throw new Error(`apt told no package for ${names.join(' ')}:\n${text}`);
  return files.sort();
}

async function run(apt: Apt, args: readonly string[]): Promise<string> {
  const { stdout } = await execa('apt-get', [...apt.options, ...args], { timeout: deadline, stdin: 'ignore', env: { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' } });
  return stdout;
}

/** Unpacks two at a time: decompression is what takes long, and one package of the kernel's size takes as long as fifty. */
async function unpackAll(files: readonly string[], tree: string): Promise<void> {
  for (const name of merged) {
    mkdirSync(join(tree, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(tree, name));
  }
  const waiting = [...files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) await unpack(file, tree);
  };
  await Promise.all([worker(), worker()]);
  if (readdirSync(join(tree, 'usr')).length === merged.length) throw new Error(`nothing was unpacked into ${tree}`);
}

/** Not `dpkg-deb -x`: it would replace the links of the merged directories by directories. */
async function unpack(file: string, tree: string): Promise<void> {
  await execa('dpkg-deb', ['--fsys-tarfile', file], { timeout: deadline, encoding: 'buffer', buffer: false }).pipe(
    'tar',
    ['-x', '--keep-directory-symlink', '--no-same-owner', '--warning=no-timestamp', '-C', tree, '-f', '-'],
    { timeout: deadline },
  );
}
