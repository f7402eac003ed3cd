import { chmodSync, mkdirSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { WindlassError } from '../errors.js';

const othersMayLook = 0o077;
const othersMayWrite = 0o022;
const sticky = 0o1000;

/**
 * Makes the directory in which state lives, for its user alone. One that is there and empty is taken from others; one that
 * holds something, or is sticky as /tmp is, may be there for other things, too, and keeps its mode.
 *
 * Throws STATE_ROOT_SHARED where others may write into such a directory, or what the system says.
 */
export function ensureStateRoot(path: string): void {
  mkdirSync(path, { mode: 0o700, recursive: true });
  const there = statSync(path);
  if ((there.mode & othersMayLook) === 0) return;
  if (isForStateAlone(path, there)) chmodSync(path, 0o700);
  else if ((there.mode & othersMayWrite) !== 0) throw shared(path);
}

function isForStateAlone(path: string, { mode, uid }: Stats): boolean {
  return (mode & sticky) === 0 && uid === process.geteuid?.() && readdirSync(path).length === 0;
}

function shared(path: string): WindlassError {
  return new WindlassError('STATE_ROOT_SHARED', `other users may write into ${path}, and could put their own files in the place of state`, {
    cure: `name a directory that is for state alone, such as ${join(path, 'windlass')}`,
  });
}
