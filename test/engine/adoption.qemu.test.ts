import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { untilBeats, untilSaid } from '../support/guest-console.js';
import { operate } from '../support/operator.js';
import { startOtherEngine } from '../support/other-engine.js';
import { domain, eventsOf, phasesOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { anchorsOf, homeOf, stateDirectory, waitUntil } from '../support/state-directory.js';

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

test('state that no document names is an orphan: reported, left alone, and removed when that is asked for', async () => {
  const root = stateDirectory();
  const first = await startEngine({ stateDirectory: root });
  await first.apply([domain('kept'), domain('lost')]);
  const lost = pidOf(await untilRunning(first, 'lost'));
  await untilRunning(first, 'kept');
  await first.stop();

  const second = await startEngine({ stateDirectory: root });
  expect(second.orphans()).toEqual([]);
  await second.apply([domain('kept')]);
  await second.settled();
  expect(second.orphans()).toMatchObject([{ name: 'lost', hypervisor: 'qemu', directory: homeOf(root, 'lost'), pid: lost, presence: 'present' }]);
  expect(anchorsOf(root)).toContain(lost);

  await second.remove(['lost']);
  expect(second.orphans()).toEqual([]);
  expect(anchorsOf(root)).not.toContain(lost);
  expect(existsSync(homeOf(root, 'lost'))).toBe(false);
});

test('a record whose pid belongs to somebody else now: that process is left alone, and the domain starts', async () => {
  const root = stateDirectory();
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => {
    stranger.kill('SIGKILL');
  });
  const documents = [domain('reused')];
  const first = await startEngine({ stateDirectory: root });
  await first.apply(documents);
  const before = await untilRunning(first, 'reused');
  await first.stop();
  process.kill(pidOf(before), 'SIGKILL');
  await waitUntil(() => anchorsOf(root).length === 0, 2_000, () => 'the anchor lives on');
  const record = join(homeOf(root, 'reused'), 'anchor.json');
  const recorded = JSON.parse(readFileSync(record, 'utf8')) as { identity: object };
  writeFileSync(record, JSON.stringify({ ...recorded, identity: { ...recorded.identity, pid: stranger.pid } }));

  const second = await startEngine({ stateDirectory: root });
  await second.apply(documents);
  const after = await until(second, 'reused', ({ incarnation, phase }) => incarnation === 2 && phase === 'running');
  expect(pidOf(after)).not.toBe(stranger.pid);
  expect(after).toMatchObject({ failures: 1, lastEnd: { cause: 'vmm-gone', incarnation: 1 } });
  expect(after.lastEnd?.evidence).not.toBeNull();
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
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

test('a launch that was interrupted, and a record that was torn', async () => {
  const root = stateDirectory();
  const documents = [domain('begun'), domain('torn')];
  const first = await startEngine({ stateDirectory: root });
  await first.apply(documents);
  const [begun, torn] = [await untilRunning(first, 'begun'), await untilRunning(first, 'torn')];
  await first.stop();
  // The engine died between its intent and its record: the process is known by its marker only.
  const record = join(homeOf(root, 'begun'), 'anchor.json');
  writeFileSync(record, JSON.stringify({ ...(JSON.parse(readFileSync(record, 'utf8')) as object), phase: 'intent', identity: null }));
  writeFileSync(join(homeOf(root, 'torn'), 'anchor.json'), '{"version":1,"phase":"laun');

  const second = await startEngine({ stateDirectory: root });
  await second.apply(documents);
  expect(await untilRunning(second, 'begun')).toMatchObject({ anchor: { pid: pidOf(begun) }, incarnation: 1 });
  // It cannot be said whose that process is: nothing is started beside it.
  expect(await until(second, 'torn', ({ problem }) => problem?.reason === 'PRESENCE_UNKNOWN')).toMatchObject({ phase: 'observing' });
  expect(anchorsOf(root)).toContain(pidOf(torn));

  process.kill(pidOf(torn), 'SIGKILL');
  await untilRunning(second, 'torn');
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

test('a state directory that was copied does not make its copy an anchor’s', async () => {
  const root = stateDirectory();
  const first = await startEngine({ stateDirectory: root });
  await first.apply([domain('real')]);
  const real = await untilRunning(first, 'real');
  const copy = stateDirectory();
  mkdirSync(homeOf(copy, 'real'), { recursive: true });
  writeFileSync(join(homeOf(copy, 'real'), 'anchor.json'), readFileSync(join(homeOf(root, 'real'), 'anchor.json')));

  const second = await startEngine({ stateDirectory: copy });
  await second.apply([domain('real')]);
  const status = await until(second, 'real', ({ problem }) => problem?.reason === 'PRESENCE_UNKNOWN');
  expect(status.problem?.message).toContain('is a copy');
  expect(first.get('real')).toMatchObject({ anchor: real.anchor, phase: 'running' });
  expect(eventsOf(first, 'real').filter(({ type }) => type === 'windlass.domain.ended')).toEqual([]);
  await first.apply([]);
  await untilForgotten(first, 'real');
  // The process that the copy named is gone: now its own can start.
  await untilRunning(second, 'real');
});
