/**
 * Debian packages without installing them: apt resolves their dependencies as if the machine were empty, downloads and verifies them; they
 * are unpacked side by side into one tree of the cache. No maintainer script runs. Needs no root.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory, digestOf, exclusively, use } from './cache.js';

/** One run of apt or one unpacking. Milliseconds. */
const deadline = 10 * 60_000;
/** What usrmerge makes of the top directories; packages still ship files under the old names. */
const merged = ['bin', 'sbin', 'lib', 'lib64'];

/**
 * The directory that holds the packages and all that they depend on, unpacked. Its name is a digest of every package's exact version, so it
 * serves as the packages' part of a cache key. Packages come from the archives that the host's apt knows; recommended ones are left out.
 * Throws an Error with apt's words when one is not to be had.
 */
export async function ensurePackages(names: readonly string[]): Promise<string> {
  const apt = privateApt();
  const files = await resolved(apt, names);
  const key = digestOf(...files);
  const trees = cacheDirectory('packages');
  const tree = join(trees, key);
  if (!existsSync(tree)) {
    await exclusively('packages', async () => {
      if (existsSync(tree)) return;
      await run(apt, ['install', '--download-only', '-y', '-q', '--no-install-recommends', ...names]);
      const archives = join(apt.directory, 'archives');
      const made = mkdtempSync(`${tree}.`);
      try {
        await unpackAll(files.map((file) => join(archives, file)), made);
        renameSync(made, tree);
      } finally {
        rmSync(made, { recursive: true, force: true });
      }
    });
  }
  use(trees, key);
  return tree;
}

interface Apt {
  readonly directory: string;
  readonly options: readonly string[];
}

/** apt with an empty status, and with a place of its own for whatever it writes; sources and keys are the host's. */
function privateApt(): Apt {
  const directory = cacheDirectory('apt');
  for (const name of ['archives/partial', 'lists/partial']) mkdirSync(join(directory, name), { recursive: true });
  const status = join(directory, 'status');
  if (!existsSync(status)) writeFileSync(status, '');
  const options = {
    'Dir::State::status': status,
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    // The cache is this user's; apt's own user could not write there.
    'APT::Sandbox::User': 'root',
    'APT::Architecture': 'amd64',
    'DPkg::Lock::Timeout': '600',
  };
  return { directory, options: Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]) };
}

/** File names of all packages that the named ones need. Lists that are missing, or too old to know a name, are fetched. */
async function resolved(apt: Apt, names: readonly string[]): Promise<readonly string[]> {
  const ask = (): Promise<string> =>
    run(apt, ['install', '--print-uris', '-qq', '--no-install-recommends', '-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${cacheDirectory('apt', 'none')}`, ...names]);
  const text = await ask().catch(async () => {
    await exclusively('apt-update', () => run(apt, ['update', '-q']));
    return await ask();
  });
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
  if (readdirSync(join(tree, 'usr', 'bin')).length === 0) throw new Error(`nothing was unpacked into ${tree}`);
}

/** Not `dpkg-deb -x`: it would replace the links of the merged directories by directories. */
async function unpack(file: string, tree: string): Promise<void> {
  await execa('dpkg-deb', ['--fsys-tarfile', file], { timeout: deadline, encoding: 'buffer', buffer: false }).pipe(
    'tar',
    ['-x', '--keep-directory-symlink', '--no-same-owner', '--warning=no-timestamp', '-C', tree, '-f', '-'],
    { timeout: deadline },
  );
}
