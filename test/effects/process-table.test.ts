import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findByArgument, identify, presence, signalProcess, usage } from '../../src/effects/process-table.js';
import { isDead, parseProcStat } from '../../src/effects/proc-stat.js';

async function withChild(command: readonly [string, ...string[]], work: (pid: number, child: ChildProcess) => Promise<void>): Promise<void> {
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  const exited = once(child, 'exit');
  try {
    await work(child.pid ?? 0, child);
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

describe('/proc/PID/stat', () => {
  const after = 'S 1 42 42 0 -1 4194560 100 0 0 0 12 30 0 0 20 0 3 0 98765 1000 200 18446744073709551615';

  it.each(['sleep', 'a b', 'evil) Z 1 1', '((()', ') S 9'])('is read past the command name %j', (name) => {
    expect(parseProcStat(`42 (${name}) ${after}\n`)).toEqual({ state: 'S', threads: 3, startTime: '98765', cpuTicks: 42 });
  });

  it('is refused when it is something else', () => {
    expect(parseProcStat('')).toBeUndefined();
    expect(parseProcStat('42 (torn) S 1 2')).toBeUndefined();
  });

  it('shows a zombie as dead, unless threads of it are still in the kernel', () => {
    const stat = { threads: 1, startTime: '1', cpuTicks: 0 };
    expect(isDead({ ...stat, state: 'Z' })).toBe(true);
    expect(isDead({ ...stat, state: 'X' })).toBe(true);
    expect(isDead({ ...stat, state: 'Z', threads: 2 })).toBe(false);
    expect(isDead({ ...stat, state: 'D' })).toBe(false);
  });
});

describe('identity', () => {
  it('is refused to another start time, another boot and a missing pid', async () => {
    await withChild(['/bin/sleep', '60'], async (pid) => {
      const identity = identify(pid);
      if (identity === undefined) throw new Error('a living child has an identity');
      expect(presence(identity)).toBe('present');
      const reused = { ...identity, startTime: String(Number(identity.startTime) - 1) };
      const formerBoot = { ...identity, bootId: 'e0d3c1f4-0000-4000-8000-000000000000' };
      for (const other of [reused, formerBoot, { ...identity, pid: 2 ** 22 }]) {
        expect(presence(other)).toBe('absent');
        expect(signalProcess(other, 'SIGKILL')).toBe(false);
        expect(usage(other)).toBeUndefined();
      }
      // The same process under another name has called exec: neither dead nor what it was.
      expect(presence({ ...identity, executable: '/usr/bin/qemu-system-x86_64' })).toBe('unknown');
      expect(presence({ ...identity, executable: '' })).toBe('present');
      await Promise.resolve();
    });
  });

  it('ends with the process, also while it is a zombie', async () => {
    // The shell becomes a program that never waits for the child it has.
    await withChild(['/bin/sh', '-c', 'sleep 0.02 & exec sleep 60'], async (pid) => {
      let zombie: number | undefined;
      while (zombie === undefined) {
        await delay(5);
        const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
        zombie = children.find((child) => parseProcStat(readFileSync(`/proc/${child}/stat`, 'latin1'))?.state === 'Z');
      }
      expect(identify(zombie)).toBeUndefined();
      const startTime = parseProcStat(readFileSync(`/proc/${zombie}/stat`, 'latin1'))?.startTime ?? '';
      const self = identify(process.pid);
      if (self === undefined) throw new Error('we are alive');
      expect(presence({ ...self, pid: zombie, startTime })).toBe('absent');
    });
  });

  it('is found by an exact argument, not by a part of one', async () => {
    const marker = `guest=${process.pid},debug-threads=on`;
    await withChild(['/bin/sh', '-c', 'kill -STOP $$; exit 0', marker], async (pid) => {
      expect((await findByArgument(marker)).map((identity) => identity.pid)).toEqual([pid]);
      expect(await findByArgument(marker.slice(0, -1))).toEqual([]);
    });
  });

  it('tells what the process uses', () => {
    const self = identify(process.pid);
    if (self === undefined) throw new Error('we are alive');
    const used = usage(self);
    expect(used?.residentBytes).toBeGreaterThan(10_000_000);
    expect(used?.cpuSeconds).toBeGreaterThan(0);
    expect(used?.threads).toBeGreaterThan(1);
  });
});
