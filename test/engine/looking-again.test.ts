import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createLookingAgain } from '../../src/engine/looking-again.js';
import { handClock } from '../support/hand-clock.js';

test('it looks less and less often, down to once a minute, and not at all once everything is told', async () => {
  const { clock, pauses, tick } = handClock();
  let undecided = 1;
  let looks = 0;
  const lookingAgain = createLookingAgain(clock, () => undecided, () => Promise.resolve(void (looks += 1)));
  lookingAgain.begin();
  // Who asks meanwhile begins no second round of looks.
  lookingAgain.begin();
  for (let passed = 0; passed < 8; passed += 1) await tick();
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(looks).toBe(8);
  undecided = 0;
  await tick();
  await tick();
  expect([looks, pauses.length]).toEqual([9, 9]);
  // The next is looked at soon again.
  undecided = 1;
  lookingAgain.begin();
  expect(pauses.slice(9)).toEqual([1_000]);
  await lookingAgain.end();
});

test('it costs nothing where there is nothing to look at, and nothing any more once it is ended', async () => {
  const { clock, pauses, tick } = handClock();
  let undecided = 0;
  const looked: (() => void)[] = [];
  const lookingAgain = createLookingAgain(clock, () => undecided, () => new Promise((resolve) => looked.push(resolve)));
  lookingAgain.begin();
  expect(pauses).toEqual([]);
  undecided = 1;
  lookingAgain.begin();
  await tick();
  expect(looked).toHaveLength(1);
  let ended = false;
  const ending = lookingAgain.end().then(() => (ended = true));
  await turn();
  // A look that is under way is waited for.
  expect(ended).toBe(false);
  looked[0]?.();
  await ending;
  lookingAgain.begin();
  await tick();
  expect([pauses.length, looked.length]).toEqual([1, 1]);
});
