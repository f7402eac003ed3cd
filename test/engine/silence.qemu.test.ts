import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { DomainStatus } from '../../src/index.js';
import { heartbeatImage } from '../support/guest-image.js';
import { beatsOf, untilBeats, untilSaid } from '../support/guest-console.js';
import { domain, eventsOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { writeQcow2 } from '../support/qcow2.js';
import { anchorsOf, stateDirectory } from '../support/state-directory.js';

const isDegraded =
  (reason: string) =>
  ({ conditions }: DomainStatus): boolean =>
    conditions.some((condition) => condition.type === 'Degraded' && condition.status === 'True' && condition.reason === reason);

test('a stopped QEMU is told as a silent channel, and recovers by itself', async () => {
  const engine = await startEngine();
  await engine.apply([domain('still', { deadlines: { silence: '400ms' } })]);
  const before = await untilRunning(engine, 'still');
  await untilSaid(engine.stateDirectory, 'still', /HEARTBEAT/);

  process.kill(pidOf(before), 'SIGSTOP');
  const stopped = Date.now();
  const silent = await until(engine, 'still', isDegraded('CHANNEL_SILENT'), 3_000);
  console.info(`SIGSTOP to CHANNEL_SILENT: ${Date.now() - stopped} ms, with a silence of 400 ms`);
  expect(silent).toMatchObject({ phase: 'running', state: 'anchored.running.degraded' });

  process.kill(pidOf(before), 'SIGCONT');
  const after = await untilRunning(engine, 'still', 2_000);
  expect(after).toMatchObject({ anchor: before.anchor, incarnation: 1, failures: 0, problem: null });
  expect(isDegraded('CHANNEL_SILENT')(after)).toBe(false);
  await untilBeats(engine.stateDirectory, 'still', 1);
});

test('a stopped QEMU whose document is removed is killed: no rung waits for its channel', async () => {
  const engine = await startEngine();
  await engine.apply([domain('stuck', { deadlines: { silence: '300ms', press: '500ms', quit: '300ms', terminate: '300ms' } })]);
  const { anchor } = await untilRunning(engine, 'stuck');
  process.kill(anchor?.pid ?? 0, 'SIGSTOP');

  const removed = Date.now();
  await engine.apply([]);
  await untilForgotten(engine, 'stuck', 4_000);
  expect(Date.now() - removed).toBeLessThan(3_000);
  const ends = eventsOf(engine, 'stuck').flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end] : []));
  expect(ends).toMatchObject([{ cause: 'removed', rung: 'kill' }]);
  expect(anchorsOf(engine.stateDirectory)).toEqual([]);
});

test('a guest that ignores its power button is quit after the press deadline, and the rung is recorded', async () => {
  const engine = await startEngine();
  const disks = [{ image: heartbeatImage({ ignoreButton: true }) }];
  await engine.apply([domain('deaf', { disks, deadlines: { press: '600ms' } })]);
  await untilSaid(engine.stateDirectory, 'deaf', /HEARTBEAT/);

  const asked = Date.now();
  await engine.apply([domain('deaf', { disks, deadlines: { press: '600ms' }, power: 'halted' })]);
  const status = await until(engine, 'deaf', 'halted');
  expect(status.lastEnd).toMatchObject({ cause: 'desired-halt', rung: 'quit', exit: { code: 0 } });
  expect(Date.now() - asked).toBeGreaterThanOrEqual(590);
});

/** A small tmpfs of the test's own; undefined where mounting is not allowed. */
function smallDisk(): string | undefined {
  const path = join(stateDirectory(), 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'windlass-test', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', path]);
  });
  return path;
}

test('a disk that is full degrades the guest; it runs on when there is room, and is never killed', async ({ skip }) => {
  const disk = smallDisk();
  if (disk === undefined) return skip('this user may not mount a tmpfs');
  const engine = await startEngine();
  const image = writeQcow2(join(disk, 'overlay.qcow2'), heartbeatImage({ keepNumber: true, ticks: 4 }));
  const { bavail, bsize } = statfsSync(disk);
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(bavail * bsize));

  await engine.apply([domain('full', { disks: [{ image, format: 'qcow2' }] })]);
  const degraded = await until(engine, 'full', (status) => isDegraded('IO_ERROR')(status) && status.runState === 'io-error');
  expect(degraded).toMatchObject({ phase: 'running', runState: 'io-error', incarnation: 1 });
  expect(degraded.problem?.message).toMatch(/No space left/);

  rmSync(ballast);
  const after = await until(engine, 'full', ({ state }) => state === 'anchored.running.healthy', 8_000);
  expect(after).toMatchObject({ anchor: degraded.anchor, incarnation: 1, failures: 0, problem: null });
  const beats = await untilBeats(engine.stateDirectory, 'full', 2);
  expect(beats).toEqual(beats.map((_, index) => index + 1));
  expect(beatsOf(engine.stateDirectory, 'full').length).toBeGreaterThan(1);
});
