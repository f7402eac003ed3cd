import { expect, test } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { untilBeats, untilSaid } from '../support/guest-console.js';
import { operate } from '../support/operator.js';
import { domain, eventsOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { anchorsOf, waitUntil } from '../support/state-directory.js';

test('an edit that needs another anchor restarts the guest: another incarnation, no failure', async () => {
  const engine = await startEngine();
  const disks = [{ image: heartbeatImage() }];
  await engine.apply([domain('web', { disks })]);
  const before = await untilRunning(engine, 'web');
  await untilSaid(engine.stateDirectory, 'web', /HEARTBEAT/);

  await engine.apply([domain('web', { disks, memory: '24Mi' })]);
  const after = await until(engine, 'web', ({ incarnation, state }) => incarnation === 2 && state === 'anchored.running.healthy');
  expect(after).toMatchObject({ generation: 2, observedGeneration: 2, failures: 0, lastEnd: { cause: 'edited', rung: 'press', evidence: null } });
  expect(pidOf(after)).not.toBe(pidOf(before));
  expect(anchorsOf(engine.stateDirectory)).toEqual([pidOf(after)]);
});

test('a deferred edit waits for the next start, and says so', async () => {
  const engine = await startEngine();
  const disks = [{ image: heartbeatImage() }];
  await engine.apply([domain('db', { disks, onChange: 'defer', restart: { policy: 'Always', backoff: { initial: '10ms' } } })]);
  const before = await untilRunning(engine, 'db');
  await untilSaid(engine.stateDirectory, 'db', /HEARTBEAT/);

  await engine.apply([domain('db', { disks, memory: '24Mi', onChange: 'defer', restart: { policy: 'Always', backoff: { initial: '10ms' } } })]);
  const waiting = await until(engine, 'db', ({ conditions }) => conditions.some(({ status, type }) => type === 'RestartRequired' && status === 'True'));
  expect(waiting).toMatchObject({ anchor: before.anchor, generation: 2, observedGeneration: 1, incarnation: 1 });

  await operate(engine.stateDirectory, 'db', 'system_powerdown');
  const after = await until(engine, 'db', ({ incarnation, state }) => incarnation === 2 && state === 'anchored.running.healthy');
  expect(after).toMatchObject({ observedGeneration: 2, lastEnd: { cause: 'guest-power-off' } });
  expect(after.conditions.map(({ type }) => type)).not.toContain('RestartRequired');
});

test('a field that the engine serves itself changes under the running guest', async () => {
  const engine = await startEngine();
  const disks = [{ image: heartbeatImage() }];
  await engine.apply([domain('live', { disks })]);
  const before = await untilRunning(engine, 'live');

  await engine.apply([domain('live', { disks, restart: { policy: 'Never' } })]);
  const after = await until(engine, 'live', ({ observedGeneration }) => observedGeneration === 2);
  expect(after).toMatchObject({ anchor: before.anchor, incarnation: 1, state: 'anchored.running.healthy' });
  expect(await engine.settled()).toBe(true);

  process.kill(pidOf(after), 'SIGKILL');
  await until(engine, 'live', 'failed');
});

test('the same documents again cost nothing', async () => {
  const engine = await startEngine();
  const documents = [domain('same')];
  await engine.apply(documents);
  await untilRunning(engine, 'same');
  const told = eventsOf(engine, 'same').length;

  expect(await engine.apply(documents)).toMatchObject({ created: [], changed: [], removed: [] });
  expect(eventsOf(engine, 'same')).toHaveLength(told);
});

test('two documents swap their disks: each ends up with the other one, and no image is ever used twice', async () => {
  const engine = await startEngine();
  const [one, other] = [heartbeatImage({ tag: 'one', name: 'one.img' }), heartbeatImage({ tag: 'other', name: 'other.img' })];
  await engine.apply([domain('left', { disks: [{ image: one }] }), domain('right', { disks: [{ image: other }] })]);
  await untilSaid(engine.stateDirectory, 'left', /HEARTBEAT \d+ one/);
  await untilSaid(engine.stateDirectory, 'right', /HEARTBEAT \d+ other/);

  await engine.apply([domain('left', { disks: [{ image: other }] }), domain('right', { disks: [{ image: one }] })]);
  await until(engine, 'left', ({ incarnation, phase }) => incarnation === 2 && phase === 'running', 15_000);
  await until(engine, 'right', ({ incarnation, phase }) => incarnation === 2 && phase === 'running', 15_000);
  await untilSaid(engine.stateDirectory, 'left', /HEARTBEAT \d+ other/);
  await untilSaid(engine.stateDirectory, 'right', /HEARTBEAT \d+ one/);
  // QEMU locks a writable image: using one twice would have been a failed start.
  for (const name of ['left', 'right']) expect(engine.get(name)).toMatchObject({ incarnation: 2, failures: 0, lastEnd: { cause: 'edited' } });
});

test('an image that another domain writes to is waited for, and the wait names its holder', async () => {
  const engine = await startEngine();
  const disks = [{ image: heartbeatImage() }];
  await engine.apply([domain('holder', { disks })]);
  await untilSaid(engine.stateDirectory, 'holder', /HEARTBEAT/);
  await engine.apply([domain('holder', { disks }), domain('waiter', { disks })]);
  const waiting = await until(engine, 'waiter', ({ problem }) => problem?.reason === 'CLAIM_HELD');
  expect(waiting.problem?.message).toContain('holder');
  expect(waiting.phase).toBe('pending');

  await engine.apply([domain('waiter', { disks })]);
  await untilForgotten(engine, 'holder');
  await untilRunning(engine, 'waiter');
});

test('paused and running again by document; a pause behind our back is undone', async () => {
  const engine = await startEngine();
  const root = engine.stateDirectory;
  const disks = [{ image: heartbeatImage({ ticks: 2 }) }];
  await engine.apply([domain('calm', { disks, power: 'paused' })]);
  // Nothing of the guest has run: the device model waits.
  const waiting = await until(engine, 'calm', ({ state }) => state === 'anchored.device-model-ready.ready');
  expect(await engine.settled()).toBe(true);

  await engine.apply([domain('calm', { disks })]);
  await untilRunning(engine, 'calm');
  await untilBeats(root, 'calm', 2);

  await engine.apply([domain('calm', { disks, power: 'paused' })]);
  const paused = await until(engine, 'calm', ({ state }) => state === 'anchored.running.paused');
  expect(paused).toMatchObject({ runState: 'paused', anchor: waiting.anchor });
  const told = eventsOf(engine).length;

  await operate(root, 'calm', 'cont');
  await waitUntil(() => eventsOf(engine, 'calm').some(({ sequence, type }) => sequence > told && type === 'windlass.domain.condition'), 5_000, () => 'nothing was noticed');
  await until(engine, 'calm', ({ runState, state }) => runState === 'paused' && state === 'anchored.running.paused');

  await engine.apply([domain('calm', { disks })]);
  await untilRunning(engine, 'calm');
  await operate(root, 'calm', 'stop');
  await untilBeats(root, 'calm', 2);
  expect(await untilRunning(engine, 'calm')).toMatchObject({ incarnation: 1, failures: 0, anchor: waiting.anchor });
});
