/**
 * Starting one detached process, as the engine does itself while it is small and the spawner process does for a big engine. Imports
 * nothing but Node and two small neighbours: the spawner must stay tiny.
 */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { closeSync, fchmodSync, openSync, realpathSync, statSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { messageOf, WindlassError } from '../errors.js';
import { errnoOf } from './errno.js';
import type { ExitFacts, LaunchRequest } from './ports/processes.js';
import { executableOf, readProcStat } from './proc-stat.js';

export interface DetachedChild {
  readonly pid: number;
  readonly startTime: string;
  readonly executable: string;
  /** Holds Node's loop until it settles or `letGo` was called. */
  readonly exited: Promise<ExitFacts>;
  /** Stops holding the loop; the process lives on. */
  letGo(): void;
}

/**
 * `foreign` are this process's inheritable descriptors, which the child shall not have.
 * Rejects with LAUNCH_NOT_FOUND, LAUNCH_NOT_PERMITTED or LAUNCH_FAILED, and then nothing was started.
 */
export async function startDetached(request: LaunchRequest, foreign: readonly number[]): Promise<DetachedChild> {
  const log = openLog(request.log);
  try {
    // `detached` is setsid(2).
    const child = forItsUserAlone(() =>
      spawn(request.executable, request.args, {
        detached: true,
        cwd: request.cwd,
        env: { ...request.env },
        stdio: stdioOf(log, foreign),
        ...(request.uid === undefined ? {} : { uid: request.uid }),
        ...(request.gid === undefined ? {} : { gid: request.gid }),
      }),
    );
    const { pid } = child;
    if (pid === undefined) return await refusal(child);
    const exited = new Promise<ExitFacts>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    // In the tick of the spawn, before Node can reap it: a child that has ended already is a zombie now, which still has a start time.
    const { startTime } = readProcStat(pid);
    return { pid, startTime, executable: executableOf(pid) || resolved(request.executable), exited, letGo: () => child.unref() };
  } catch (thrown) {
    throw launchError(thrown, request);
  } finally {
    closeSync(log);
  }
}

/**
 * What the process makes (its sockets, above all) is for its user alone. The mask is this process's for as long as the spawn takes, which
 * is synchronous. A worker thread may not set it: there only the state directory, which is 0700, keeps others out.
 */
function forItsUserAlone<Result>(work: () => Result): Result {
  if (!isMainThread) return work();
  const before = process.umask(0o077);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

/** Node cannot close a descriptor in a child, but put another in its place: here the log, which the child has anyway. */
function stdioOf(log: number, foreign: readonly number[]): StdioOptions {
  const stdio: ('ignore' | number)[] = ['ignore', log, log];
  for (const descriptor of foreign) {
    // `ignore` above stderr means: leave alone.
    while (stdio.length < descriptor) stdio.push('ignore');
    stdio[descriptor] = log;
  }
  return stdio;
}

/** Node tells some failures of a spawn by an event, where others throw. */
function refusal(child: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => {
    child.once('error', reject);
  });
}

function openLog(path: string): number {
  try {
    const log = openSync(path, 'a', 0o600);
    fchmodSync(log, 0o600);
    return log;
  } catch (cause) {
    throw new WindlassError('LAUNCH_FAILED', `cannot open the log ${path}: ${messageOf(cause)}`, { cause, retryable: errnoOf(cause) === 'ENOSPC' });
  }
}

function launchError(cause: unknown, request: LaunchRequest): WindlassError {
  const errno = errnoOf(cause) ?? '';
  const what = `cannot start ${request.executable}: ${messageOf(cause)}`;
  // A missing working directory fails like a missing executable.
  if (errno === 'ENOENT' && !isDirectory(request.cwd)) return new WindlassError('LAUNCH_FAILED', `${what} (no directory ${request.cwd})`, { cause });
  if (errno === 'ENOENT') return new WindlassError('LAUNCH_NOT_FOUND', what, { cause });
  if (errno === 'EACCES' || errno === 'EPERM') return new WindlassError('LAUNCH_NOT_PERMITTED', what, { cause });
  return new WindlassError('LAUNCH_FAILED', what, { cause, retryable: ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].includes(errno) });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
