import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, machine, release, totalmem } from 'node:os';
import { geteuid } from 'node:process';
import { bootId } from './boot-id.js';
import type { HostFacts, HostPort, UserFacts } from './ports/host.js';
import { runCommand } from './run-command.js';

function facts(): HostFacts {
  const boot = bootId();
  // Synchronously, like all of /proc.
  const memory = readFileSync('/proc/meminfo', 'latin1');
  return {
    bootId: boot,
    architecture: machine(),
    kernel: release(),
    cpus: availableParallelism(),
    memoryBytes: meminfo(memory, 'MemTotal') ?? totalmem(),
    availableMemoryBytes: meminfo(memory, 'MemAvailable') ?? 0,
    lockedMemoryLimit: lockedMemoryLimit(readFileSync('/proc/self/limits', 'latin1')),
    uid: geteuid?.() ?? 0,
  };
}

/** A figure of /proc/meminfo in bytes. Source: proc_meminfo(5); its "kB" are KiB. */
function meminfo(text: string, name: string): number | undefined {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** The soft limit, which is what counts, and which children inherit. Source: proc_pid_limits(5). */
export function lockedMemoryLimit(limits: string): number | null {
  const soft = /^Max locked memory\s+(\d+|unlimited)/m.exec(limits)?.[1];
  return soft === undefined || soft === 'unlimited' ? null : Number(soft);
}

async function user(wanted: string | number): Promise<UserFacts | undefined> {
  const found = accountIn(await readFile('/etc/passwd', 'utf8').catch(() => ''), wanted) ?? (await accountByNss(wanted));
  return found ?? (typeof wanted === 'number' ? { uid: wanted, gid: wanted } : undefined);
}

/** Accounts of LDAP, systemd-userdb and the like are not in /etc/passwd. */
async function accountByNss(wanted: string | number): Promise<UserFacts | undefined> {
  const result = await runCommand('getent', ['passwd', '--', String(wanted)], { timeout: 5_000 }).catch(() => undefined);
  return result?.code === 0 ? accountIn(result.stdout, wanted) : undefined;
}

/** Finds an account in the format of passwd(5). */
export function accountIn(passwd: string, wanted: string | number): UserFacts | undefined {
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (uid === undefined || gid === undefined || (typeof wanted === 'number' ? uid !== String(wanted) : name !== wanted)) continue;
    return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

export const hostFacts: HostPort = {
  facts: () =>
    new Promise((resolve) => {
      resolve(facts());
    }),
  bootId: () =>
    new Promise((resolve) => {
      resolve(bootId());
    }),
  user,
};
