import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followEvents } from '../../src/engine/follow-events.js';
import type { WindlassEvent } from '../../src/status/events.js';
import { type TemporaryDirectory, temporaryDirectory } from '../effects/temporary-directory.js';
import { numbers, openScene, range } from './journal-scene.js';

let directory: TemporaryDirectory;
let root: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  root = directory.path;
});
afterEach(() => directory[Symbol.asyncDispose]());

it('follows across rotations and engines, with no gap and nothing twice, several readers each at its own place', async () => {
  const early = numbers(followEvents(root), 3_000);
  const scene = await openScene(root, { fileBytes: 20_000, keep: 99 });
  scene.tell(10);
  await delay(20);
  const late = numbers(followEvents(root, { since: 5 }), 2_995);
  for (let round = 0; round < 10; round += 1) {
    scene.tell(149);
    await delay(round % 3);
  }
  await scene.close();
  const second = await openScene(root, { fileBytes: 20_000, keep: 99 });
  for (let round = 0; round < 10; round += 1) {
    second.tell(150);
    await delay(round % 3);
  }
  expect(await early).toEqual(range(1, 3_000));
  expect(await late).toEqual(range(6, 3_000));
  await second.close();
});

it('tells of an event within milliseconds', async () => {
  const scene = await openScene(root);
  scene.tell(1);
  const latencies: number[] = [];
  const follower = followEvents(root);
  await follower.next();
  for (let round = 0; round < 20; round += 1) {
    await delay(10);
    const start = performance.now();
    scene.tell(1);
    await follower.next();
    latencies.push(performance.now() - start);
  }
  await follower.return();
  await scene.close();
  const median = latencies.sort((one, other) => one - other)[10] ?? 0;
  console.log(`journal: an event reaches a follower after ${median.toFixed(1)} ms (median)`);
  expect(median).toBeLessThan(10);
});

it('ends quietly when it is told to, and when the directory goes', async () => {
  const scene = await openScene(root);
  scene.tell(2);
  await scene.close();
  const ended: string[] = [];
  const abort = new AbortController();
  const follow = async (label: string, signal: AbortSignal): Promise<void> => {
    const seen: WindlassEvent[] = [];
    for await (const event of followEvents(root, { signal })) seen.push(event);
    ended.push(`${label} after ${seen.length}`);
  };
  const first = follow('aborted', abort.signal);
  const second = follow('removed', new AbortController().signal);
  await delay(50);
  abort.abort();
  await first;
  rmSync(root, { recursive: true });
  await second;
  expect(ended).toEqual(['aborted after 2', 'removed after 2']);
});

it('refuses what it cannot follow exactly', async () => {
  await expect(numbers(followEvents(`${root}/none`), 1)).rejects.toMatchObject({ code: 'STATE_ABSENT' });
  const scene = await openScene(root, { fileBytes: 1_000, keep: 1 });
  for (let round = 0; round < 10; round += 1) {
    scene.tell(3);
    await delay(8);
  }
  await scene.close();
  await expect(numbers(followEvents(root, { since: 31 }), 1)).rejects.toMatchObject({ code: 'EVENTS_FORGOTTEN' });
  await expect(numbers(followEvents(root, { since: 1 }), 1)).rejects.toMatchObject({ code: 'EVENTS_FORGOTTEN' });
  expect((await numbers(followEvents(root, { since: 29 }), 1))[0]).toBe(30);
});
