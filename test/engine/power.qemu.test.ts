import { expect, test } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { beatsOf, untilBeats, untilSaid } from '../support/guest-console.js';
import { operate } from '../support/operator.js';
import { domain, eventsOf, phasesOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { anchorsOf } from '../support/state-directory.js';

test('a document becomes a running guest, and its removal leaves nothing', async () => {
  const engine = await startEngine();
  const root = engine.stateDirectory;
  await engine.apply([domain('hello')]);

  const status = await untilRunning(engine, 'hello');
  expect(phasesOf(engine, 'hello')).toEqual(['observing', 'pending', 'device-model-ready', 'booting', 'running']);
  expect(status).toMatchObject({ incarnation: 1, failures: 0, generation: 1, observedGeneration: 1, runState: 'running' });
  expect(anchorsOf(root)).toEqual([pidOf(status)]);
  expect(await engine.settled()).toBe(true);
  await untilSaid(root, 'hello', /HEARTBEAT 2/);

  await engine.apply([]);
  await untilForgotten(engine, 'hello');
  expect(beatsOf(root, 'hello')).toEqual([]);
  expect(anchorsOf(root)).toEqual([]);
});

test.each([
  ['Always', 'running', 2],
  ['OnFailure', 'halted', 1],
  ['Never', 'halted', 1],
] as const)('an operator presses the power button under policy %s: the domain is %s', async (policy, phase, incarnation) => {
  const engine = await startEngine();
  const root = engine.stateDirectory;
  await engine.apply([domain('web', { restart: { policy, backoff: { initial: '50ms' } } })]);
  await untilSaid(root, 'web', /HEARTBEAT/);

  await operate(root, 'web', 'system_powerdown');
  const status = await until(engine, 'web', (now) => now.lastEnd !== null && now.phase === phase);
  expect(status).toMatchObject({ incarnation, failures: 0, lastEnd: { cause: 'guest-power-off', incarnation: 1, rung: null, exit: { code: 0 } } });
  expect(eventsOf(engine, 'web').filter(({ type }) => type === 'windlass.domain.ended')).toHaveLength(1);
  expect(await engine.settled()).toBe(true);
});

test('a guest that powers itself off has completed, and its anchor is seen off', async () => {
  const engine = await startEngine();
  await engine.apply([domain('job', { disks: [{ image: heartbeatImage({ action: 'power-off', count: 2, ticks: 2 }) }] })]);

  const status = await until(engine, 'job', 'halted');
  expect(status.lastEnd).toMatchObject({ cause: 'guest-power-off', evidence: null });
  expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'AsDesired', status: 'True', reason: 'Completed' }));
  expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'False' }));
  expect(anchorsOf(engine.stateDirectory)).toEqual([]);
});

test('a guest that resets runs on in the same anchor and incarnation, and the resets are counted', async () => {
  const engine = await startEngine();
  const root = engine.stateDirectory;
  await engine.apply([domain('again', { disks: [{ image: heartbeatImage({ action: 'reset', count: 2, ticks: 2 }) }] })]);
  const before = await untilRunning(engine, 'again');

  const status = await until(engine, 'again', ({ resets }) => resets >= 2);
  expect(status).toMatchObject({ phase: 'running', incarnation: 1, failures: 0, anchor: before.anchor, lastEnd: null });
  expect(eventsOf(engine, 'again')).toContainEqual(expect.objectContaining({ type: 'windlass.domain.reset' }));
  expect((await untilBeats(root, 'again', 1)).filter((beat) => beat === 1).length).toBeGreaterThan(1);
});

test('a storm of triple faults is survived and counted', async () => {
  const engine = await startEngine();
  await engine.apply([domain('storm', { disks: [{ image: heartbeatImage({ action: 'triple-fault', count: 1, ticks: 1 }) }] })]);
  const before = await untilRunning(engine, 'storm');

  const status = await until(engine, 'storm', ({ resets }) => resets >= 6);
  expect(status).toMatchObject({ phase: 'running', incarnation: 1, failures: 0, anchor: before.anchor });
});

test('halted and running again by document', async () => {
  const engine = await startEngine();
  const image = heartbeatImage();
  await engine.apply([domain('night', { disks: [{ image }] })]);
  await untilSaid(engine.stateDirectory, 'night', /HEARTBEAT/);

  await engine.apply([domain('night', { disks: [{ image }], power: 'halted' })]);
  const halted = await until(engine, 'night', 'halted');
  expect(halted.lastEnd).toMatchObject({ cause: 'desired-halt', rung: 'press' });
  expect(anchorsOf(engine.stateDirectory)).toEqual([]);

  await engine.apply([domain('night', { disks: [{ image }] })]);
  expect(await untilRunning(engine, 'night')).toMatchObject({ incarnation: 2, failures: 0 });
});
