import { kill } from 'node:process';
import { readdir, readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { messageOf, WindlassError } from '../errors.js';
import { bootId } from './boot-id.js';
import { errnoOf } from './errno.js';
import type { Presence, ProcessIdentity, ProcessUsage } from './ports/processes.js';
import { executableOf, isDead, type ProcStat, readProcStat } from './proc-stat.js';

/** USER_HZ: the kernel's own constant in what it tells user space, whatever its timer does. */
const ticksPerSecond = 100;
/** How many files of /proc are read at the same time. */
const scanWidth = 64;

type Sighting = { readonly seen: 'alive'; readonly stat: ProcStat } | { readonly seen: 'gone' } | { readonly seen: 'hidden'; readonly reason: string };

/** Looks at a pid once. Missing from /proc is not yet gone: `hidepid` hides other users' processes, so the kernel is asked as well. */
function look(pid: number): Sighting {
  try {
    const stat = readProcStat(pid);
    return isDead(stat) ? { seen: 'gone' } : { seen: 'alive', stat };
  } catch (thrown) {
    const errno = errnoOf(thrown);
    // ESRCH: it ended between the opening and the reading.
    if (errno === 'ESRCH') return { seen: 'gone' };
    try {
      kill(pid, 0);
    } catch (refusal) {
      if (errnoOf(refusal) === 'ESRCH') return { seen: 'gone' };
    }
    return { seen: 'hidden', reason: messageOf(thrown) };
  }
}

export function identify(pid: number): ProcessIdentity | undefined {
  const boot = bootId();
  const sighting = look(pid);
  if (sighting.seen === 'hidden') throw unreadable(pid, sighting.reason);
  if (sighting.seen === 'gone') return undefined;
  return { pid, startTime: sighting.stat.startTime, bootId: boot, executable: executableOf(pid) };
}

export function presence(identity: ProcessIdentity): Presence {
  const sighting = sightingOf(identity);
  if (sighting.seen === 'gone') return 'absent';
  if (sighting.seen === 'hidden') return 'unknown';
  const executable = executableOf(identity.pid);
  const comparable = executable !== '' && identity.executable !== '';
  return comparable && executable !== identity.executable ? 'unknown' : 'present';
}

/** The pid, seen as the identity's own process: somebody else under that pid means that ours is gone. */
function sightingOf(identity: ProcessIdentity): Sighting {
  if (identity.bootId !== bootId()) return { seen: 'gone' };
  const sighting = look(identity.pid);
  if (sighting.seen === 'alive' && sighting.stat.startTime !== identity.startTime) return { seen: 'gone' };
  return sighting;
}

/** Check and signal happen in one tick; what is left is the kernel's own time between two system calls, as Node has no pidfd. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  const sighting = sightingOf(identity);
  if (sighting.seen === 'gone') return false;
  if (sighting.seen === 'hidden') throw unreadable(identity.pid, sighting.reason);
  try {
    return kill(identity.pid, signal);
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false;
    throw new WindlassError('SIGNAL_NOT_PERMITTED', `cannot send ${signal} to process ${identity.pid}: ${messageOf(cause)}`, { cause });
  }
}

export function usage(identity: ProcessIdentity): ProcessUsage | undefined {
  const sighting = sightingOf(identity);
  if (sighting.seen !== 'alive') return undefined;
  try {
    // In kB whatever the page size; a field that is missing means a process without memory of its own, on its way out.
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${identity.pid}/status`, 'latin1'))?.[1];
    return { cpuSeconds: sighting.stat.cpuTicks / ticksPerSecond, residentBytes: Number(resident ?? 0) * 1024, threads: sighting.stat.threads, state: sighting.stat.state };
  } catch {
    return undefined;
  }
}

/** Asynchronous, unlike the rest: /proc/PID/cmdline of a process that hangs in the kernel can hang its reader. */
export async function findByArgument(argument: string): Promise<readonly ProcessIdentity[]> {
  bootId();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found: ProcessIdentity[] = [];
  for (let start = 0; start < pids.length; start += scanWidth) {
    const batch = pids.slice(start, start + scanWidth);
    const matches = await Promise.all(batch.map((pid) => carries(pid, argument)));
    for (const [index, pid] of batch.entries()) {
      const identity = matches[index] === true ? identify(Number(pid)) : undefined;
      if (identity !== undefined) found.push(identity);
    }
  }
  return found;
}

async function carries(pid: string, argument: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').includes(argument);
  } catch {
    // Gone since the listing.
    return false;
  }
}

function unreadable(pid: number, reason: string): WindlassError {
  return new WindlassError('PROCESS_UNREADABLE', `process ${pid} exists but cannot be looked at: ${reason}`, {
    cure: 'let the engine read /proc (no hidepid, or run it as root)',
  });
}
