import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { untilBeats, untilSaid } from '../support/guest-console.js';
import { operate } from '../support/operator.js';
import { startOtherEngine } from '../support/other-engine.js';
import { domain, eventsOf, phasesOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { anchorsOf, homeOf, stateDirectory } from '../support/state-directory.js';

test('a new engine adopts what a stopped one left: same anchor, same incarnation, counters kept, no heartbeat lost', async () => {
  const root = stateDirectory();
  const documents = [domain('web', { disks: [{ image: heartbeatImage({ ticks: 3 }) }] })];
  const first = await startEngine({ stateDirectory: root });
  await first.apply(documents);
  process.kill(pidOf(await untilRunning(first, 'web')), 'SIGKILL');
  const before = await until(first, 'web', ({ incarnation, state }) => incarnation === 2 && state === 'anchored.running.healthy');
  await untilBeats(root, 'web', 2);
  await first.stop();

  const second = await startEngine({ stateDirectory: root });
  const asked = performance.now();
  await second.apply(documents);
  expect(await second.settled()).toBe(true);
  console.info(`adopted in ${(performance.now() - asked).toFixed(0)} ms`);
  expect(second.get('web')).toMatchObject({ anchor: before.anchor, incarnation: 2, failures: 1, generation: 1, observedGeneration: 1 });
  expect(phasesOf(second, 'web')).toEqual(['observing', 'running']);
  const beats = await untilBeats(root, 'web', 3);
  expect(beats).toEqual(beats.map((_, index) => index + 1));

  // It is watched as well as before.
  process.kill(pidOf(before), 'SIGKILL');
  expect(await until(second, 'web', ({ incarnation, phase }) => incarnation === 3 && phase === 'running')).toMatchObject({ failures: 2, lastEnd: { cause: 'vmm-gone' } });
});

test('an engine is killed: the next one adopts its guests', async () => {
  const root = stateDirectory();
  const documents = [domain('one', { disks: [{ image: heartbeatImage({ ticks: 3 }) }] }), domain('two')];
  const other = await startOtherEngine(root, documents);
  await untilSaid(root, 'one', /HEARTBEAT/);
  const living = anchorsOf(root).filter((pid) => pid !== other.pid);
  await other.kill();
  expect(anchorsOf(root)).toEqual(living);

  const engine = await startEngine({ stateDirectory: root });
  await engine.apply(documents);
  expect(await engine.settled()).toBe(true);
  expect([pidOf(await untilRunning(engine, 'one')), pidOf(await untilRunning(engine, 'two'))].sort()).toEqual([...living].sort());
  for (const name of ['one', 'two']) expect(engine.get(name)).toMatchObject({ incarnation: 1, failures: 0, generation: 1 });
  const beats = await untilBeats(root, 'one', 2);
  expect(beats).toEqual(beats.map((_, index) => index + 1));
});

test('what was changed live, and failures that were forgiven, are remembered', async () => {
  const root = stateDirectory();
  const disks = [{ image: heartbeatImage() }];
  const quickly = { policy: 'OnFailure', backoff: { initial: '10ms' }, stableAfter: '50ms' } as const;
  const first = await startEngine({ stateDirectory: root });
  await first.apply([domain('web', { disks, restart: quickly })]);
  process.kill(pidOf(await untilRunning(first, 'web')), 'SIGKILL');
  await until(first, 'web', ({ failures, incarnation, phase }) => incarnation === 2 && failures === 0 && phase === 'running');
  await first.apply([domain('web', { disks, restart: { ...quickly, stableAfter: '1h' } })]);
  const last = [domain('web', { disks, restart: { ...quickly, stableAfter: '2h' } })];
  await first.apply(last);
  expect(await untilRunning(first, 'web')).toMatchObject({ generation: 3, observedGeneration: 3 });
  await first.stop();

  const second = await startEngine({ stateDirectory: root });
  expect((await second.plan(last)).changes).toMatchObject([{ name: 'web', action: 'unchanged' }]);
  await second.apply(last);
  expect(await untilRunning(second, 'web')).toMatchObject({ generation: 3, observedGeneration: 3, incarnation: 2, failures: 0 });
});

test('a document that changed meanwhile: adopted first, so that its guest is asked politely, then restarted', async () => {
  const root = stateDirectory();
  const disks = [{ image: heartbeatImage() }];
  const first = await startEngine({ stateDirectory: root });
  await first.apply([domain('web', { disks })]);
  await untilSaid(root, 'web', /HEARTBEAT/);
  await first.stop();

  const second = await startEngine({ stateDirectory: root });
  await second.apply([domain('web', { disks, memory: '24Mi' })]);
  const after = await until(second, 'web', ({ incarnation, phase }) => incarnation === 2 && phase === 'running');
  expect(after).toMatchObject({ generation: 2, observedGeneration: 2, failures: 0, lastEnd: { cause: 'edited', rung: 'press', incarnation: 1 } });
});

test('an anchor that is stopped when the engine comes: waited for, never killed, and adopted when it goes on', async () => {
  const root = stateDirectory();
  const documents = [domain('frozen', { deadlines: { connect: '400ms', silence: '300ms' } })];
  const first = await startEngine({ stateDirectory: root });
  await first.apply(documents);
  await untilSaid(root, 'frozen', /HEARTBEAT/);
  const before = await untilRunning(first, 'frozen');
  await first.stop();
  process.kill(pidOf(before), 'SIGSTOP');

  const second = await startEngine({ stateDirectory: root });
  await second.apply(documents);
  const waiting = await until(second, 'frozen', ({ state }) => state === 'anchored.adopting.silent');
  expect(waiting.conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'True' }));
  expect(waiting.conditions).toContainEqual(expect.objectContaining({ type: 'AnchorPresent', status: 'True' }));
  // Long enough for several attempts, each of which leaves a connection in the monitor's queue.
  await sleep(3_500);
  process.kill(pidOf(before), 'SIGCONT');
  expect(await untilRunning(second, 'frozen', 5_000)).toMatchObject({ anchor: before.anchor, incarnation: 1, failures: 0, problem: null });
});

test('an adopted anchor whose channel somebody else holds is ended by SIGTERM, and that rung is told', async () => {
  const root = stateDirectory();
  const documents = [domain('held', { deadlines: { connect: '300ms', terminate: '5s' } })];
  const first = await startEngine({ stateDirectory: root });
  await first.apply(documents);
  await untilRunning(first, 'held');
  await first.stop();
  // A monitor serves one client at a time.
  const holder = connect(join(homeOf(root, 'held'), 'qmp'));
  onTestFinished(() => {
    holder.destroy();
  });
  await once(holder, 'data');

  const second = await startEngine({ stateDirectory: root });
  await second.apply(documents);
  await until(second, 'held', ({ state }) => state === 'anchored.adopting.silent');
  const removed = Date.now();
  await second.apply([]);
  await untilForgotten(second, 'held');
  expect(Date.now() - removed).toBeLessThan(4_000);
  const ends = eventsOf(second, 'held').flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end] : []));
  expect(ends).toMatchObject([{ cause: 'removed', rung: 'terminate' }]);
});

test.each([
  ['Always', 'running', 2],
  ['OnFailure', 'halted', 1],
] as const)('a guest that powered off while no engine ran, under policy %s: %s', async (policy, phase, incarnation) => {
  const root = stateDirectory();
  const documents = [domain('off', { restart: { policy, backoff: { initial: '20ms' } } })];
  const first = await startEngine({ stateDirectory: root });
  await first.apply(documents);
  await untilSaid(root, 'off', /HEARTBEAT/);
  await first.stop();
  await operate(root, 'off', 'system_powerdown');
  await untilSaid(root, 'off', /POWERBUTTON/);

  const second = await startEngine({ stateDirectory: root });
  await second.apply(documents);
  const status = await until(second, 'off', (now) => now.lastEnd !== null && now.phase === phase);
  expect(status).toMatchObject({ incarnation, failures: 0, lastEnd: { cause: 'guest-power-off', incarnation: 1 } });
});

