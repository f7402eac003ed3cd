import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { domain, eventsOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { heartbeatImage } from '../support/guest-image.js';
import { anchorsOf } from '../support/state-directory.js';

/** The freezer of cgroup v1 keeps a process in the kernel, where no signal reaches it: state D, as with a disk that does not answer. */
const freezer = '/sys/fs/cgroup/freezer';

/** Freezes a process until it is told to let go; undefined where this user or kernel has no such freezer. */
function freeze(pid: number): { thaw(): void } | undefined {
  const group = join(freezer, `windlass-test-${process.pid}`);
  try {
    mkdirSync(group);
  } catch {
    return undefined;
  }
  const thaw = (): void => writeFileSync(join(group, 'freezer.state'), 'THAWED');
  onTestFinished(() => {
    thaw();
    // Its processes are gone by then, or go home.
    if (existsSync(`/proc/${pid}`)) writeFileSync(join(freezer, 'cgroup.procs'), String(pid));
    rmdirSync(group);
  });
  writeFileSync(join(group, 'cgroup.procs'), String(pid));
  writeFileSync(join(group, 'freezer.state'), 'FROZEN');
  return { thaw };
}

test('an anchor that not even SIGKILL ends (state D) is told as such, holds its resources, and is tried again', async ({ skip }) => {
  const engine = await startEngine();
  const image = heartbeatImage();
  const deadlines = { silence: '300ms', press: '200ms', quit: '200ms', terminate: '200ms', kill: '700ms' };
  await engine.apply([domain('stuck', { disks: [{ image }], deadlines })]);
  const running = await untilRunning(engine, 'stuck');
  const frozen = freeze(pidOf(running));
  if (frozen === undefined) return skip('this host has no cgroup v1 freezer that this user may use');

  await engine.apply([domain('heir', { disks: [{ image }] })]);
  const stuck = await until(engine, 'stuck', ({ state }) => state === 'anchored.halting.unkillable');
  expect(stuck).toMatchObject({ phase: 'halting', rung: 'kill', anchor: running.anchor, problem: { reason: 'ANCHOR_UNKILLABLE' } });
  expect(stuck.problem?.message).toContain(`process ${pidOf(running)} was sent SIGKILL and has not ended: it waits in the kernel and takes no signal (state D)`);
  expect(stuck.conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'True', reason: 'ANCHOR_UNKILLABLE' }));
  expect(stuck.conditions).toContainEqual(expect.objectContaining({ type: 'AnchorPresent', status: 'True' }));
  // Its disk is not given to the next, however long it hangs.
  expect(engine.get('heir')).toMatchObject({ phase: 'pending', problem: { reason: 'CLAIM_HELD' } });
  await until(engine, 'stuck', ({ state }) => state === 'anchored.halting.killing');
  await until(engine, 'stuck', ({ state }) => state === 'anchored.halting.unkillable');
  expect(anchorsOf(engine.stateDirectory)).toEqual([pidOf(running)]);

  frozen.thaw();
  await untilForgotten(engine, 'stuck');
  const ends = eventsOf(engine, 'stuck').flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end] : []));
  expect(ends).toMatchObject([{ cause: 'removed', rung: 'kill' }]);
  await untilRunning(engine, 'heir');
});
