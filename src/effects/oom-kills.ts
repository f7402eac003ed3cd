/** What the kernel says of processes that it has killed for want of memory. */
import { closeSync, constants, openSync, readlinkSync, readSync } from 'node:fs';
import { errnoOf } from './errno.js';
import { textOf } from './own-cgroup.js';
import type { OomPort } from './ports/cgroups.js';

/** Longest record of the kernel's log. Source: Documentation/ABI/testing/dev-kmsg. */
const recordBytes = 8_192;
/** More than any kernel keeps: reading ends, whatever the device does. */
const mostRecords = 1_000_000;

/** The count of the whole host since its boot, of kernels since 4.13. */
function count(): number | undefined {
  const killed = /^oom_kill (\d+)$/m.exec(textOf('/proc/vmstat') ?? '')?.[1];
  return killed === undefined ? undefined : Number(killed);
}

/** The kernel's log names pids of the initial namespace, whose inode is fixed. Source: include/linux/proc_ns.h. */
function pidsAreTheKernels(): boolean {
  try {
    return readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';
  } catch {
    return false;
  }
}

/** Does this text of the kernel's log say that the pid was killed for want of memory? */
export function namesVictim(log: string, pid: number): boolean {
  return new RegExp(`Killed process ${pid} \\(|oom-kill:.*,pid=${pid},`).test(log);
}

/** The whole log, synchronously: a few milliseconds, and asked only where the count has grown. Undefined where it may not be read. */
function kernelLog(): string | undefined {
  let log: number;
  try {
    log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  const record = Buffer.alloc(recordBytes);
  const records: string[] = [];
  try {
    while (records.length < mostRecords) records.push(record.toString('latin1', 0, readSync(log, record)));
  } catch (thrown) {
    // EAGAIN is its end; anything else (EPIPE: records were lost meanwhile) leaves what was read.
    if (errnoOf(thrown) !== 'EAGAIN' && records.length === 0) return undefined;
  } finally {
    closeSync(log);
  }
  return records.join('');
}

export const hostOom: OomPort = {
  count: () => count(),
  hasKilled: (pid) => {
    const log = pidsAreTheKernels() ? kernelLog() : undefined;
    return log === undefined ? undefined : namesVictim(log, pid);
  },
};
