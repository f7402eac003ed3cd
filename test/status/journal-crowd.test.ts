import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../effects/temporary-directory.js';
import { numbersIn, openScene, range } from './journal-scene.js';

it('the journal takes 100 000 events told in one go, losing none', async () => {
  await using directory = await temporaryDirectory();
  const root = directory.path;
  const scene = await openScene(root, { fileBytes: 2 ** 20, keep: 99 });
  const start = performance.now();
  scene.tell(100_000);
  const told = performance.now() - start;
  await scene.close();
  const all = performance.now() - start;
  expect(numbersIn(root)).toEqual(range(1, 100_000));
  console.log(`journal: 100 000 events told in ${told.toFixed(0)} ms, written ${all.toFixed(0)} ms after the first`);
  expect(all).toBeLessThan(5_000);
});
