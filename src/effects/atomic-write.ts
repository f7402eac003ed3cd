import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { constants } from 'node:fs';
import { copyFile, chmod } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from './errno.js';

/** Names of files that are being written: `.<name>.<12 hex digits>.tmp`. One that is found at a start was left by a crash. */
function temporaryNameFor(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Writes synchronously: state files are small and live in a tmpfs, where this takes 12 µs; through Node's thread pool it takes 75-170 µs
 * of a start, and more while the VMMs have the CPUs. Throws the system's error and leaves no temporary file.
 */
export function writeAtomically(path: string, content: string | Uint8Array, mode: number, durable: boolean): void {
  const temporary = temporaryNameFor(path);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = openSync(temporary, 'wx', mode);
  try {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fchmodSync(file, mode);
      if (durable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (thrown) {
    unlinkQuietly(temporary);
    throw thrown;
  }
  if (durable) syncDirectory(dirname(path));
}

/** Copies a file unless `to` is there; also then nobody sees half of it. */
export async function copyAtomicallyIfAbsent(from: string, to: string, mode: number): Promise<void> {
  const temporary = temporaryNameFor(to);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(temporary, mode);
    linkOrRename(temporary, to);
  } finally {
    unlinkQuietly(temporary);
  }
}

/** A link never replaces what is there. Some file systems (FAT) have no links; there the last look and the rename are two steps. */
function linkOrRename(temporary: string, to: string): void {
  try {
    linkSync(temporary, to);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'EEXIST') return;
    if (errno !== 'EPERM' && errno !== 'ENOTSUP') throw thrown;
    closeSync(openSync(to, 'wx'));
    renameSync(temporary, to);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed, or never made.
  }
}
