import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { operate } from '../support/operator.js';
import { domain, pidOf, startEngine, until, untilRunning } from '../support/scenario.js';

const memory = '/sys/fs/cgroup/memory';

/** Gives a process no more memory than it has and 4 MiB; false where this user or kernel has no memory cgroup (version 1) for it. */
function starve(pid: number): boolean {
  const group = join(memory, `windlass-test-${process.pid}`);
  try {
    mkdirSync(group);
  } catch {
    return false;
  }
  onTestFinished(async () => {
    for (let turn = 0; turn < 100; turn += 1) {
      try {
        rmdirSync(group);
        return;
      } catch {
        await sleep(20);
      }
    }
  });
  writeFileSync(join(group, 'memory.limit_in_bytes'), String(4 * 2 ** 20));
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
  return true;
}

test('an anchor that the kernel kills for want of memory has ended by an OOM kill, and starts again', async ({ skip }) => {
  const engine = await startEngine();
  await engine.apply([domain('hungry', {})]);
  const before = await untilRunning(engine, 'hungry');
  if (!starve(pidOf(before))) return skip('this host has no memory cgroup (version 1) that this user may make');

  // More memory, all of it touched.
  await operate(engine.stateDirectory, 'hungry', 'object-add', { 'qom-type': 'memory-backend-ram', id: 'more', size: 64 * 2 ** 20, prealloc: true }).catch(() => undefined);
  const status = await until(engine, 'hungry', ({ lastEnd }) => lastEnd !== null);
  expect(status.lastEnd).toMatchObject({ cause: 'oom-kill', rung: null, exit: { signal: 'SIGKILL', oom: 'anchor' } });
  expect(await untilRunning(engine, 'hungry')).toMatchObject({ incarnation: 2, failures: 1 });
});

test('kill -9 on a host where the kernel has killed nobody is told as the signal that it was', async () => {
  const engine = await startEngine();
  await engine.apply([domain('shot', { restart: { policy: 'Never' } })]);
  const running = await untilRunning(engine, 'shot');
  process.kill(pidOf(running), 'SIGKILL');
  const { lastEnd } = await until(engine, 'shot', 'failed');
  expect(lastEnd).toMatchObject({ cause: 'vmm-signal', message: expect.stringContaining('the anchor was ended by SIGKILL') as unknown });
});
