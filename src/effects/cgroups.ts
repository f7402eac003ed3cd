/**
 * One cgroup (v2) for each anchor, below the cgroup that the engine itself is in: `windlass/<digest of the state directory>/<name>`. So
 * whatever limits the engine limits its anchors too, and no other manager's part of the hierarchy is touched. Version 1 is not used: it
 * has no cgroup.kill.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { saysAbsent } from './errno.js';
import { cgroupOf, isWritable, textOf } from './own-cgroup.js';
import type { CgroupFacts, CgroupPort } from './ports/cgroups.js';
import type { ProcessIdentity } from './ports/processes.js';

const cure = 'run the engine as root, or in a systemd unit with Delegate=yes; without, only the anchor itself is killed';
/** Milliseconds: how often, and how long, it is looked whether what was killed is gone. The kernel has an event for it, which Node cannot wait for. */
const again = 20;
const longest = 1_000;
/** Milliseconds after which an empty cgroup is nobody's that is just being made. */
const abandoned = 60_000;

/** Once a process is enough. */
let tidied = false;

/** A running engine stays where it is; where it may make none, it is looked again. */
let usable: CgroupFacts | undefined;

function facts(): CgroupFacts {
  if (usable !== undefined) return usable;
  const own = cgroupOf('self');
  if (own === undefined) return { usable: false, reason: 'there is no hierarchy of cgroup v2 that this process is in', cure };
  if (!isWritable(own) || !isWritable(join(own, 'cgroup.procs'))) return { usable: false, reason: `${own} is not this engine's to use`, cure };
  usable = { usable: true, root: join(own, 'windlass') };
  return usable;
}

/** Short, and of one state directory only. */
function groupOf(stateRoot: string, name: string): string | undefined {
  const found = facts();
  return found.usable ? join(found.root, createHash('sha256').update(stateRoot).digest('hex').slice(0, 12), name) : undefined;
}

async function place(stateRoot: string, name: string, { pid }: ProcessIdentity): Promise<string | undefined> {
  const group = groupOf(stateRoot, name);
  if (group === undefined) return undefined;
  if (!tidied) {
    tidied = true;
    await tidy(dirname(dirname(group))).catch(() => undefined);
  }
  // What a former run has left of it counts its own deaths.
  if (!(await remove(group))) return undefined;
  // Twice: another domain's end may take the empty directories above away in between.
  await mkdir(group, { recursive: true }).catch(() => mkdir(group, { recursive: true }));
  await countMemory(dirname(dirname(group)));
  await countMemory(dirname(group));
  const moved = await writeFile(join(group, 'cgroup.procs'), String(pid)).then(
    () => true,
    () => false,
  );
  if (moved) return group;
  await remove(group);
  return undefined;
}

/** Removes what is left of anchors that ended while no engine was there to see, and of state directories that are no more. */
async function tidy(all: string): Promise<void> {
  for (const root of (await readdir(all, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
    const groups = (await readdir(join(all, root.name), { withFileTypes: true })).filter((entry) => entry.isDirectory());
    for (const path of [...groups.map(({ name }) => join(all, root.name, name)), join(all, root.name)]) {
      // The kernel refuses where a process is left in it.
      if (Date.now() - (await stat(path)).mtimeMs > abandoned) await rmdir(path).catch(() => undefined);
    }
  }
}

/** Memory is counted where the parent says so. It may not where processes are in the parent itself: then nobody counts, and that is all. */
async function countMemory(parent: string): Promise<void> {
  await writeFile(join(parent, 'cgroup.subtree_control'), '+memory').catch(() => undefined);
}

function find(stateRoot: string, name: string, identity: ProcessIdentity | null): string | undefined {
  const ours = groupOf(stateRoot, name);
  if (identity === null) return ours !== undefined && existsSync(ours) ? ours : undefined;
  const group = cgroupOf(identity.pid);
  if (group === undefined || ours === undefined) return undefined;
  // Another engine may have made it from elsewhere: its last parts tell whose it is.
  const tail = ours.slice(ours.lastIndexOf('/windlass/'));
  return group.endsWith(tail) ? group : undefined;
}

function oomKills(group: string): number | undefined {
  const count = /^oom_kill (\d+)$/m.exec(textOf(join(group, 'memory.events')) ?? '')?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Kernels before 5.14 have no cgroup.kill. */
async function killAll(group: string): Promise<void> {
  const members = membersOf(group);
  if (members.length === 0) return;
  try {
    await writeFile(join(group, 'cgroup.kill'), '1');
  } catch (thrown) {
    if (!saysAbsent(thrown)) throw thrown;
    for (const pid of members) kill(pid, 'SIGKILL');
  }
}

async function remove(group: string): Promise<boolean> {
  await killAll(group).catch(() => undefined);
  for (let waited = 0; ; waited += again) {
    try {
      await rmdir(group);
      // The last one takes the directories above along.
      await rmdir(dirname(group)).then(() => rmdir(dirname(dirname(group)))).catch(() => undefined);
      return true;
    } catch (thrown) {
      if (saysAbsent(thrown)) return true;
      if (waited >= longest) return false;
      await sleep(again);
    }
  }
}

function membersOf(group: string): readonly number[] {
  return (textOf(join(group, 'cgroup.procs')) ?? '').split('\n').filter(Boolean).map(Number);
}

export const hostCgroups: CgroupPort = {
  facts: () => Promise.resolve(facts()),
  // An anchor without a cgroup of its own is an anchor all the same.
  place: (stateRoot, name, identity) => place(stateRoot, name, identity).catch(() => undefined),
  find: (stateRoot, name, identity) => Promise.resolve(find(stateRoot, name, identity)),
  oomKills: (group) => Promise.resolve(oomKills(group)),
  kill: (group) => killAll(group),
  remove,
};
