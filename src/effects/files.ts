import { type BigIntStats, chmodSync, constants, mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { access, open, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { messageOf, WindlassError } from '../errors.js';
import { copyAtomicallyIfAbsent, writeAtomically } from './atomic-write.js';
import { errnoOf, fileError, saysAbsent } from './errno.js';
import { findExecutable } from './find-executable.js';
import type { FileFacts, FilePort } from './ports/files.js';
import { ensureStateRoot } from './state-root.js';
import { waitForEntry } from './wait-for-entry.js';

/**
 * What works on the state directory (a tmpfs) runs synchronously, as it takes microseconds there and ten times that by way of Node's
 * thread pool; what looks at paths of a document may meet a network file system, and goes through the pool.
 */
export const hostFiles: FilePort = {
  findExecutable,
  waitForEntry,
  ensureDirectory: (path, mode) => attempt(() => ensureDirectory(path, mode), 'make the directory', path),
  ensureStateRoot: (path) => attempt(() => ensureStateRoot(path), 'make the directory', path),
  writeAtomic: (path, content, mode, options) => attempt(() => writeAtomically(path, content, mode, options?.durable ?? false), 'write', path),
  ensureSymlink: (path, target) => attempt(() => ensureSymlink(path, target), 'link', path),
  rename: (from, to) => attempt(() => renameSync(from, to), 'rename', from),
  remove,
  copyIfAbsent: async (from, to, mode) => {
    if (statSync(to, { throwIfNoEntry: false }) !== undefined) return;
    await copyAtomicallyIfAbsent(from, to, mode).catch((thrown: unknown) => Promise.reject(fileError(thrown, `copy ${from} to`, to)));
  },
  readText,
  tail,
  list: (path) => {
    try {
      return Promise.resolve(readdirSync(path).sort());
    } catch (thrown) {
      return saysAbsent(thrown) ? Promise.resolve([]) : Promise.reject(fileError(thrown, 'list', path));
    }
  },
  stat: async (path) => {
    try {
      return factsOf(await stat(path, { bigint: true }));
    } catch (thrown) {
      if (saysAbsent(thrown)) return undefined;
      throw fileError(thrown, 'look at', path);
    }
  },
  idOf: (path) => {
    try {
      const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
      return Promise.resolve(facts === undefined ? undefined : idOf(facts));
    } catch (thrown) {
      return saysAbsent(thrown) ? Promise.resolve(undefined) : Promise.reject(fileError(thrown, 'look at', path));
    }
  },
  accessible: (path, wanted) =>
    access(path, wanted === 'write' ? constants.R_OK | constants.W_OK : constants.R_OK).then(
      () => true,
      () => false,
    ),
};

/** Runs at once; what is thrown becomes the rejection, in the port's own words. */
function attempt(work: () => void, action: string, path: string): Promise<void> {
  try {
    work();
    return Promise.resolve();
  } catch (thrown) {
    return Promise.reject(thrown instanceof WindlassError ? thrown : fileError(thrown, action, path));
  }
}

function ensureDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') mkdirSync(path, { mode, recursive: true });
    else if (errnoOf(thrown) !== 'EEXIST') throw thrown;
  }
  const there = statSync(path);
  if (!there.isDirectory()) throw new Error('something else has that name');
  if ((there.mode & 0o7777) !== mode) chmodSync(path, mode);
}

function ensureSymlink(path: string, target: string): void {
  try {
    if (readlinkSync(path) === target) return;
  } catch {
    // Absent, or not a link.
  }
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  symlinkSync(target, temporary);
  try {
    renameSync(temporary, path);
  } catch (thrown) {
    unlinkSync(temporary);
    throw thrown;
  }
}

async function remove(path: string): Promise<void> {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (saysAbsent(thrown)) return;
    // EPERM: what other systems say of a directory.
    if (errnoOf(thrown) !== 'EISDIR' && errnoOf(thrown) !== 'EPERM') throw fileError(thrown, 'remove', path);
    await rm(path, { recursive: true, force: true }).catch((cause: unknown) => Promise.reject(fileError(cause, 'remove', path)));
  }
}

function readText(path: string): Promise<string | undefined> {
  try {
    return Promise.resolve(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (saysAbsent(cause)) return Promise.resolve(undefined);
    return Promise.reject(new WindlassError('FILE_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause }));
  }
}

async function tail(path: string, bytes: number): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const start = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    // The cut may fall into a character: bytes 10xxxxxx continue one whose head is outside.
    let first = 0;
    while (start > 0 && first < Math.min(3, bytesRead) && ((buffer[first] ?? 0) & 0xc0) === 0x80) first += 1;
    return buffer.toString('utf8', first, bytesRead);
  } catch (cause) {
    if (saysAbsent(cause)) return '';
    throw new WindlassError('FILE_UNREADABLE', `cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function factsOf(facts: BigIntStats): FileFacts {
  return { kind: kindOf(facts), size: Number(facts.size), modified: Number(facts.mtimeMs), id: idOf(facts) };
}

function idOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function kindOf(facts: BigIntStats): FileFacts['kind'] {
  if (facts.isFile()) return 'file';
  if (facts.isDirectory()) return 'directory';
  if (facts.isBlockDevice()) return 'block-device';
  if (facts.isCharacterDevice()) return 'character-device';
  return facts.isSocket() ? 'socket' : 'other';
}
