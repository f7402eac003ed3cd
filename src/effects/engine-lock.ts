/**
 * One engine per state directory, without flock(2), which Node does not offer.
 *
 * The lock is a directory that holds exactly one file for ever, the token. Its name says who holds the lock: `free`, or
 * `<pid>.<start time>.<boot id>.<nonce>`. Taking the lock, from `free` or from a holder that is dead, is rename(2) of that very name:
 * the kernel lets one renamer win and tells the others ENOENT, and at no moment is there no token or are there two. (Removing a stale
 * lock file and making one's own are two steps, between which a third engine can slip in.)
 *
 * Limit: engines in different pid namespaces that share one directory do not see each other's processes.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WindlassError } from '../errors.js';
import { errnoOf, fileError } from './errno.js';
import type { HeldLock, LockHolder, LockPort } from './ports/locks.js';
import type { ProcessIdentity } from './ports/processes.js';
import { identify, presence } from './process-table.js';

const free = 'free';
/** Every turn that fails means that somebody else's has succeeded. */
const turns = 1_000;

function acquire(path: string): HeldLock {
  const self = identify(process.pid);
  if (self === undefined) throw new WindlassError('LOCK_FAILED', 'the engine cannot find its own process in /proc');
  const mine = [self.pid, self.startTime, self.bootId, randomBytes(6).toString('hex')].join('.');
  ensureToken(path);
  for (let turn = 0; turn < turns; turn += 1) {
    const token = tokenIn(path);
    if (token === undefined) continue;
    const holder = holderOf(token);
    if (holder !== undefined && presence(holder) !== 'absent') throw lockedBy(holder, path);
    if (renamed(path, token, mine)) return heldLock(path, mine);
  }
  throw new WindlassError('LOCK_FAILED', `the lock ${path} changes hands all the time`, { retryable: true });
}

function holder(path: string): LockHolder | undefined {
  for (let turn = 0; turn < turns; turn += 1) {
    const token = tokenIn(path);
    if (token === undefined && !existsSync(path)) return undefined;
    if (token === undefined) continue;
    const found = holderOf(token);
    return found === undefined || presence(found) === 'absent' ? undefined : { pid: found.pid };
  }
  return undefined;
}

function heldLock(path: string, mine: string): HeldLock {
  return {
    release: () => {
      // Not there: released before, or the state directory was removed under us.
      renamed(path, mine, free);
      return Promise.resolve();
    },
  };
}

/** Makes the directory together with its token: a rename onto a directory that is not empty fails, so the first one stays. */
function ensureToken(path: string): void {
  if (tokenIn(path) !== undefined) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const made = mkdtempSync(`${path}.`);
  try {
    writeFileSync(join(made, free), '', { mode: 0o600 });
    renameSync(made, path);
  } catch (thrown) {
    rmSync(made, { recursive: true, force: true });
    if (errnoOf(thrown) !== 'ENOTEMPTY' && errnoOf(thrown) !== 'EEXIST') throw thrown;
  }
}

/** A listing that runs beside a rename may miss the token under both names; then it is looked at again. */
function tokenIn(path: string): string | undefined {
  try {
    return readdirSync(path)[0];
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

function renamed(path: string, from: string, to: string): boolean {
  try {
    renameSync(join(path, from), join(path, to));
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}

/** Undefined for a free token, and for a name that no engine wrote. */
function holderOf(token: string): ProcessIdentity | undefined {
  const [, pid, startTime, bootId] = /^(\d+)\.(\d+)\.([^.]+)\.[0-9a-f]+$/.exec(token) ?? [];
  if (pid === undefined || startTime === undefined || bootId === undefined) return undefined;
  return { pid: Number(pid), startTime, bootId, executable: '' };
}

function lockedBy(holder: ProcessIdentity, path: string): WindlassError {
  const who = holder.pid === process.pid ? 'another engine in this process' : 'another engine';
  return new WindlassError('ENGINE_LOCKED', `${dirname(path)} belongs to ${who} (pid ${holder.pid})`, {
    cure: 'stop that engine, or give this one a state directory of its own',
  });
}

export const hostLocks: LockPort = {
  acquire: (path) => attempt(() => acquire(path), 'lock', path),
  holder: (path) => attempt(() => holder(path), 'look at the lock', path),
};

function attempt<Result>(work: () => Result, action: string, path: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    try {
      resolve(work());
    } catch (thrown) {
      reject(thrown instanceof WindlassError ? thrown : fileError(thrown, action, path));
    }
  });
}
