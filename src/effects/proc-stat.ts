import { readFileSync, readlinkSync } from 'node:fs';

/** What Windlass needs of /proc/PID/stat. Source: proc_pid_stat(5). */
export interface ProcStat {
  /** One letter; Z and X are dead. */
  readonly state: string;
  readonly threads: number;
  /** Clock ticks after boot, as printed. */
  readonly startTime: string;
  /** User and system time in clock ticks. */
  readonly cpuTicks: number;
}

/** Undefined when the text is not a stat line. The command name may hold spaces and parentheses, so fields count from the last `)`. */
export function parseProcStat(text: string): ProcStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // fields[0] is field 3 of the manual page.
  const [state, utime, stime, threads, startTime] = [fields[0], fields[11], fields[12], fields[17], fields[19]];
  if (state === undefined || startTime === undefined || !/^\d+$/.test(startTime)) return undefined;
  return { state, threads: Number(threads), startTime, cpuTicks: Number(utime) + Number(stime) };
}

/**
 * Reads synchronously: it is 5 µs of kernel memory, and a pid may only be judged, and signalled, in the tick in which it was read.
 * Throws the system's error.
 */
export function readProcStat(pid: number): ProcStat {
  const stat = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === undefined) throw new Error(`/proc/${pid}/stat is not understood`);
  return stat;
}

/**
 * A zombie runs nothing any more. The exception: while other threads of a dead leader are still in the kernel, memory and files are
 * held, so the process is not gone.
 */
export function isDead(stat: ProcStat): boolean {
  return stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1);
}

/** Resolved path of a living process's executable, or '' where the kernel does not tell: a zombie, or another user's process. */
export function executableOf(pid: number): string {
  try {
    // A binary that was replaced on disk, as a package upgrade does under running guests, keeps its name with this remark.
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return '';
  }
}
