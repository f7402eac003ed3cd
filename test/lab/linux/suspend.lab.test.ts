/** A real Linux that its agent puts to sleep (ACPI S3), and that the engine wakes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DomainStatus, Engine } from '../../../src/index.js';
import { consoleOf, untilSaid } from '../../support/guest-console.js';
import { operate } from '../../support/operator.js';
import { startOtherEngine } from '../../support/other-engine.js';
import { startEngine, until, untilRunning } from '../../support/scenario.js';
import { stateDirectory, waitUntil } from '../../support/state-directory.js';
import { isDegraded, linux as linuxOn, patience, removed, type, whenItAnswers } from './linux-words.js';

/** SeaBIOS wakes a pc as it was, and a q35 without its power management. */
const linux: typeof linuxOn = (words, more) => linuxOn(words, { ...more, qemu: { machine: 'pc' } });

const words = 'g.agent=yes g.beats=0.2';

const beatsOf = (root: string): readonly number[] => [...consoleOf(root, 'linux').matchAll(/GUEST-BEAT (\d+)/g)].map(([, beat]) => Number(beat));

/** Waits until the guest has said so many more numbers. */
async function untilBeats(root: string, more: number): Promise<readonly number[]> {
  const before = beatsOf(root).length;
  await waitUntil(() => beatsOf(root).length >= before + more, patience, () => `it beat ${beatsOf(root).length - before} times`);
  return beatsOf(root);
}

const untilAsleep = (engine: Engine): Promise<DomainStatus> => until(engine, 'linux', ({ state }) => state === 'anchored.running.suspended', patience);

/** QEMU's own word, asked behind the engine's back. */
async function stateIn(root: string): Promise<unknown> {
  const { return: found } = (await operate(root, 'linux', 'query-status')) as { readonly return: { readonly status: string } };
  return found.status;
}

/** It sleeps: QEMU says so, and the guest says nothing for three seconds. Tells its last number. */
async function expectSilence(root: string): Promise<number> {
  expect(await stateIn(root)).toBe('suspended');
  const before = beatsOf(root);
  await sleep(3_000);
  expect(beatsOf(root)).toEqual(before);
  expect(await stateIn(root)).toBe('suspended');
  return before.length;
}

test('a guest is put to sleep, sleeps through the death of its engine, is woken by its document, and goes on where it was', async () => {
  const root = stateDirectory();
  const awake = linux(words, whenItAnswers);
  const asleep = linux(words, { ...whenItAnswers, power: 'suspended' });

  const other = await startOtherEngine(root, [asleep]);
  expect(await expectSilence(root)).toBeGreaterThan(0);
  await other.kill();
  expect(await stateIn(root)).toBe('suspended');

  const engine = await startEngine({ stateDirectory: root });
  await engine.apply([asleep]);
  const adopted = await untilAsleep(engine);
  expect(adopted).toMatchObject({ phase: 'running', runState: 'suspended', incarnation: 1, problem: null });
  expect(adopted.conditions).toContainEqual(expect.objectContaining({ type: 'AsDesired', status: 'True' }));
  const slept = await expectSilence(root);

  const began = performance.now();
  await engine.apply([awake]);
  const running = await untilRunning(engine, 'linux', patience);
  const woken = performance.now() - began;
  await untilBeats(root, 5);
  const again = performance.now();
  await engine.apply([asleep]);
  await untilAsleep(engine);
  console.log(`woken after ${Math.round(woken)} ms, and asleep again ${Math.round(performance.now() - again)} ms after it was asked`);
  expect(running).toMatchObject({ incarnation: 1, resets: 0, lastEnd: null, anchor: adopted.anchor });
  await engine.apply([awake]);
  await untilRunning(engine, 'linux', patience);
  const beats = await untilBeats(root, 3);
  expect(beats.length).toBeGreaterThan(slept + 7);
  expect(beats).toEqual(beats.map((_, index) => index + 1));
  expect((await removed(engine)).end).toMatchObject({ rung: 'ask', incarnation: 1 });
});

test('a guest that sleeps when its document goes is woken, and shuts itself down', async () => {
  const engine = await startEngine();
  await engine.apply([linux(words, { ...whenItAnswers, power: 'suspended' })]);
  await untilAsleep(engine);

  const { end, text, took } = await removed(engine);
  console.log(`from the removal of a sleeping guest to its end: ${Math.round(took)} ms`);
  expect(end).toMatchObject({ cause: 'removed', rung: 'ask', exit: { code: 0 }, evidence: null, later: [] });
  expect(text).toContain('GUEST-ASKED -h -P +0');
});

test('a guest that is to sleep and is removed before it does shuts itself down', async () => {
  const engine = await startEngine();
  await engine.apply([linux(words, whenItAnswers)]);
  await untilRunning(engine, 'linux', patience);
  await engine.apply([linux(words, { ...whenItAnswers, power: 'suspended' })]);
  await until(engine, 'linux', ({ state }) => state === 'anchored.running.suspending');
  // It has heard: from now on it may sleep at any moment.
  await sleep(300);

  const { end, text } = await removed(engine);
  expect(end).toMatchObject({ cause: 'removed', exit: { code: 0 } });
  expect(['ask', 'press']).toContain(end.rung);
  expect(text).toMatch(/GUEST-ASKED|GUEST-PRESSED/);
});

test('a guest that is woken by somebody else is put to sleep again, and one that sleeps unasked is woken', async () => {
  const engine = await startEngine();
  const root = engine.stateDirectory;
  await engine.apply([linux(words, { ...whenItAnswers, power: 'suspended' })]);
  const { anchor } = await untilAsleep(engine);
  await operate(root, 'linux', 'system_wakeup');
  await until(engine, 'linux', ({ state }) => state === 'anchored.running.suspending', patience);
  await untilAsleep(engine);
  await expectSilence(root);

  await engine.apply([linux(words, { ...whenItAnswers, power: 'paused' })]);
  await until(engine, 'linux', ({ state }) => state === 'anchored.running.paused', patience);
  expect(await stateIn(root)).toBe('paused');
  await engine.apply([linux(words, whenItAnswers)]);
  expect(await untilRunning(engine, 'linux', patience)).toMatchObject({ anchor, incarnation: 1, problem: null });
  await removed(engine);
});

test('a guest whose agent must not put it to sleep runs on, and says why', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=refuses g.beats=0.2', { ...whenItAnswers, power: 'suspended', deadlines: { press: '60s' } })]);
  const refused = await until(engine, 'linux', isDegraded('AGENT_REFUSED'), patience);
  expect(refused).toMatchObject({ state: 'anchored.running.unwilling', runState: 'running' });
  await untilBeats(engine.stateDirectory, 3);
  await removed(engine);
});

test('a guest whose agent is not up yet sleeps once it is', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=no g.beats=0.2', { power: 'suspended' })]);
  await until(engine, 'linux', isDegraded('AGENT_SILENT'), patience);
  await untilSaid(engine.stateDirectory, 'linux', /GUEST-UP/, { deadline: patience });
  await type(engine, 'start');
  await untilAsleep(engine);
  await expectSilence(engine.stateDirectory);
  await removed(engine);
});
