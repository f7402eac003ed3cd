/** Where labs keep what is expensive to make, and how two builders of the same thing keep out of each other's way. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Things that nobody has used for so long are removed. Milliseconds. */
const keptUnused = 3 * 24 * 60 * 60_000;
/** A builder that holds the lock longer is stuck; the cold build takes a few minutes. Milliseconds. */
const longestBuild = 30 * 60_000;

/** A directory of the cache; it is made. */
export function cacheDirectory(...parts: readonly string[]): string {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  const directory = join(base === '' ? join(homedir(), '.cache') : base, 'windlass', ...parts);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Sixteen hexadecimal digits that stand for all the parts, in order. */
export function digestOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** The names and contents of all files below a directory, as one text to take a digest of. */
export function contentsBelow(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${relative(directory, file)}\0${readFileSync(file, 'utf8')}`)
    .join('\0');
}

/** Marks an entry of the cache as used now, and removes its neighbours that have not been used for days. */
export function use(directory: string, entry: string): void {
  const now = new Date();
  utimesSync(join(directory, entry), now, now);
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (name !== entry && now.getTime() - statSync(path).mtimeMs > keptUnused) rmSync(path, { recursive: true, force: true });
  }
}

/**
 * Runs the work while no other process of this host runs work of the same name. The lock is a socket in Linux's abstract namespace: it
 * leaves nothing behind, and the kernel frees it with its holder, however that one ends.
 */
export async function exclusively<Result>(name: string, work: () => Promise<Result>, waiting: () => void = () => undefined): Promise<Result> {
  const lock = createServer();
  const until = Date.now() + longestBuild;
  let told = false;
  while (!(await listening(lock, `\0windlass-lab-${name}`))) {
    if (Date.now() > until) throw new Error(`another process has held the lock of ${name} for ${longestBuild / 60_000} minutes`);
    if (!told) waiting();
    told = true;
    // Polled, since the kernel tells nobody that a socket's name is free again.
    await sleep(250);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function listening(server: ReturnType<typeof createServer>, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', succeeded);
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    const succeeded = (): void => {
      server.off('error', failed);
      resolve(true);
    };
    server.once('error', failed);
    server.once('listening', succeeded);
    server.listen(path);
  });
}
