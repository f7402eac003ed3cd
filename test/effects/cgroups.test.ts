import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { hostCgroups } from '../../src/effects/cgroups.js';
import { namesVictim } from '../../src/effects/oom-kills.js';
import { mountOf } from '../../src/effects/own-cgroup.js';
import { identify } from '../../src/effects/process-table.js';
import { waitUntil } from '../support/state-directory.js';

const facts = await hostCgroups.facts();
const why = facts.usable ? '' : facts.reason;

/** A process that starts another each time that it is written to. */
function breeder(): { readonly pid: number; breed(): void } {
  const child = spawn('sh', ['-c', 'while read line; do sleep 1000 & done'], { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { pid: child.pid ?? 0, breed: () => void child.stdin.write('\n') };
}

function stateRoot(): string {
  const root = mkdtempSync('/tmp/wl-');
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  return root;
}

const membersOf = (group: string): readonly string[] => readFileSync(`${group}/cgroup.procs`, 'utf8').split('\n').filter(Boolean);

test('a process and its later children are in a cgroup of their own; what is left there ends when it is removed', async ({ skip }) => {
  if (!facts.usable) return skip(why);
  const root = stateRoot();
  const parent = breeder();
  const identity = identify(parent.pid);
  if (identity === undefined) throw new Error('the process has ended');

  const group = (await hostCgroups.place(root, 'qemu.web', identity)) ?? '';
  expect(group).toMatch(/\/windlass\/[0-9a-f]{12}\/qemu\.web$/);
  expect(await hostCgroups.find(root, 'qemu.web', identity)).toBe(group);
  expect(await hostCgroups.find(root, 'qemu.other', identity)).toBeUndefined();
  expect(await hostCgroups.find('/another/root', 'qemu.web', identity)).toBeUndefined();
  expect(await hostCgroups.find(root, 'qemu.web', null)).toBe(group);
  expect(await hostCgroups.find(root, 'qemu.other', null)).toBeUndefined();
  parent.breed();
  await waitUntil(() => membersOf(group).length === 2, 2_000, () => `members: ${membersOf(group).join()}`);
  const child = Number(membersOf(group).find((pid) => Number(pid) !== parent.pid));

  process.kill(parent.pid, 'SIGKILL');
  expect(await hostCgroups.remove(group)).toBe(true);
  expect(existsSync(group)).toBe(false);
  expect(identify(child)).toBeUndefined();
  expect(await hostCgroups.remove(group)).toBe(true);
});

test('a cgroup is killed as a whole, and begins empty and uncounted for the next', async ({ skip }) => {
  if (!facts.usable) return skip(why);
  const root = stateRoot();
  const [one, other] = [breeder(), breeder()];
  const [first, second] = [identify(one.pid), identify(other.pid)];
  if (first === undefined || second === undefined) throw new Error('a process has ended');
  const group = (await hostCgroups.place(root, 'qemu.web', first)) ?? '';
  await hostCgroups.kill(group);
  await waitUntil(() => identify(one.pid) === undefined, 2_000, () => 'it still lives');

  expect(await hostCgroups.place(root, 'qemu.web', second)).toBe(group);
  expect(membersOf(group)).toEqual([String(other.pid)]);
  expect((await hostCgroups.oomKills(group)) ?? 0).toBe(0);
  await hostCgroups.remove(group);
  expect(identify(other.pid)).toBeUndefined();
});

test('a process that has ended meanwhile leaves no cgroup', async ({ skip }) => {
  if (!facts.usable) return skip(why);
  const gone = { pid: 2 ** 22 - 1, startTime: '1', bootId: 'boot', executable: '' };
  expect(await hostCgroups.place(stateRoot(), 'qemu.web', gone)).toBeUndefined();
  expect(await hostCgroups.find(stateRoot(), 'qemu.web', gone)).toBeUndefined();
});

test('the hierarchy of version 2 is found alone and beside those of version 1, and not where there is none', () => {
  const other = '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n';
  expect(mountOf(`${other}41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`)).toEqual({ root: '/', at: '/sys/fs/cgroup/unified' });
  expect(mountOf('25 30 0:22 /user.slice /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n')).toEqual({ root: '/user.slice', at: '/sys/fs/cgroup' });
  expect(mountOf(other)).toBeUndefined();
});

test('the kernel’s log names whom it killed for want of memory, and nobody else', () => {
  const log =
    '4,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,task=qemu-system-x86,pid=11663,uid=0\n' +
    '3,2,3,-;Out of memory: Killed process 42 (java) total-vm:1kB\n';
  expect(namesVictim(log, 11663)).toBe(true);
  expect(namesVictim(log, 42)).toBe(true);
  for (const pid of [1166, 1663, 4, 2, 116630]) expect(namesVictim(log, pid)).toBe(false);
});
