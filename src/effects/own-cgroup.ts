import { accessSync, constants, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What is mounted where does not change under a running engine. */
let mounted: ReturnType<typeof mountOf>;

/** Where a process is in the hierarchy of cgroup v2. Undefined: it is gone, or there is no such hierarchy. */
export function cgroupOf(pid: number | 'self'): string | undefined {
  const path = /^0::(.*)$/m.exec(textOf(`/proc/${pid}/cgroup`) ?? '')?.[1];
  mounted ??= mountOf(textOf('/proc/self/mountinfo') ?? '');
  if (path === undefined || mounted === undefined) return undefined;
  // In a container only a part of the hierarchy may be mounted, or the process be outside of it.
  const inside = relative(mounted.root, path);
  return inside.startsWith('..') ? undefined : join(mounted.at, inside);
}

/** The first mount of type cgroup2: alone, or beside those of version 1 (the hybrid layout). Source: proc_pid_mountinfo(5). */
export function mountOf(mountinfo: string): { readonly root: string; readonly at: string } | undefined {
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, at] = before.split(' ');
    if (after.startsWith('cgroup2 ') && root !== undefined && at !== undefined) return { root, at };
  }
  return undefined;
}

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Undefined where it cannot be read. Synchronously: it is kernel memory, and takes microseconds. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
