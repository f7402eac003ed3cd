import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Engine, ParsedDocument, WindlassEvent } from '../../src/index.js';
import { createEngine, followEvents, parseDocuments, readState } from '../../src/index.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';
import { heartbeatImage } from '../support/guest-image.js';
import { conditionsIn } from './state-scene.js';

function documents(image: string): readonly ParsedDocument[] {
  const text = `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: hello }\nspec:\n  memory: 16Mi\n  acceleration: prefer\n  disks: [ { image: ${image} } ]\n`;
  const result = parseDocuments([{ file: '/hello.yaml', text }]);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.documents;
}

const allOf = async (events: AsyncIterable<WindlassEvent>, until: number): Promise<number[]> => {
  const numbers: number[] = [];
  for await (const { sequence } of events) {
    numbers.push(sequence);
    if (sequence >= until) break;
  }
  return numbers;
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('events go on across engines under a running guest, with no gap and nothing twice; another process sees it all', async () => {
  const directory = await temporaryDirectory();
  const root = directory.path;
  const wanted = documents(heartbeatImage());
  const engines: Engine[] = [];
  onTestFinished(async () => {
    for (const each of engines) await each.stop();
    const last = await createEngine({ stateDirectory: root, orphans: 'reap', drainDeadline: 20_000 });
    await last.remove(['hello'], { signal: AbortSignal.timeout(30_000) });
    await last.stop();
    await directory[Symbol.asyncDispose]();
  });
  const engine = async (): Promise<Engine> => {
    const started = await createEngine({ stateDirectory: root });
    engines.push(started);
    return started;
  };

  const first = await engine();
  const outside = new AbortController();
  const followed: WindlassEvent[] = [];
  const following = (async () => {
    for await (const event of followEvents(root, { signal: outside.signal })) followed.push(event);
  })();
  await first.apply(wanted);
  expect(await first.settled({ signal: AbortSignal.timeout(30_000) })).toBe(true);
  const pid = first.get('hello')?.anchor?.pid;
  await first.stop();
  const left = (await readState(root)).sequence;
  const nobody = await readState(root);
  expect(nobody).toMatchObject({ engine: null, domains: [{ name: 'hello', phase: 'running', anchor: { pid } }] });
  expect(conditionsIn(nobody.domains[0])).toContain('Supervised=False/NoEngine');

  // The second engine is killed in the middle of its work; the guest is not.
  const child = fork(new URL('./persist-engine-process.ts', import.meta.url).pathname, [root, JSON.stringify(wanted)], { execArgv: ['--import', 'tsx'], stdio: 'inherit' });
  await once(child, 'message');
  child.kill('SIGKILL');
  await once(child, 'exit');

  const third = await engine();
  await third.apply(wanted);
  expect(await third.settled({ signal: AbortSignal.timeout(30_000) })).toBe(true);
  expect(third.get('hello')).toMatchObject({ incarnation: 1, anchor: { pid } });
  await delay(200);
  const reading = await readState(root);
  expect(reading).toMatchObject({ engine: { pid: process.pid }, domains: [{ name: 'hello', phase: 'running', anchor: { pid } }] });
  expect(conditionsIn(reading.domains[0])).toEqual(['AnchorPresent=True/ProcessAlive', 'AsDesired=True/AsDesired', 'Degraded=False/Well', 'Ready=True/ProbeHeld']);

  const newest = reading.sequence;
  expect(newest).toBeGreaterThan(left);
  expect(await allOf(third.events(), newest)).toEqual(range(1, newest));
  for (const since of [1, left - 1, left, left + 1]) expect(await allOf(third.events({ since }), newest)).toEqual(range(since + 1, newest));
  outside.abort();
  await following;
  expect(followed.map(({ sequence }) => sequence)).toEqual(range(1, newest));
});
