import { expect, test } from 'vitest';
import { createRounds } from '../../src/anchors/rounds.js';
import type { ClockPort } from '../../src/effects/ports/clock.js';

/** A clock whose sleepers wake when the test says so. */
function manualClock(): { clock: ClockPort; sleeping: number[]; wake: () => Promise<void> } {
  const wakers: (() => void)[] = [];
  const sleeping: number[] = [];
  const clock: ClockPort = {
    now: () => 0,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        sleeping.push(milliseconds);
        const waker = (): void => {
          sleeping.shift();
          resolve();
        };
        wakers.push(waker);
        signal?.addEventListener('abort', () => {
          wakers.splice(wakers.indexOf(waker), 1);
          sleeping.shift();
          reject(new Error('aborted'));
        });
      }),
  };
  const wake = async (): Promise<void> => {
    wakers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, sleeping, wake };
}

test('one timer for all sessions, and none without any', () => {
  const { clock, sleeping } = manualClock();
  const rounds = createRounds(clock, 30_000);
  expect(sleeping).toEqual([]);
  const leave = Array.from({ length: 1000 }, () => rounds.join(() => undefined));
  expect(sleeping).toEqual([30_000]);
  for (const each of leave) each();
  expect(sleeping).toEqual([]);
});

test('everybody is visited once a round, in batches', async () => {
  const { clock, wake } = manualClock();
  const rounds = createRounds(clock);
  let visits = 0;
  for (let n = 0; n < 70; n += 1) rounds.join(() => (visits += 1));
  await wake();
  expect(visits).toBe(32);
  await wake();
  await wake();
  expect(visits).toBe(70);
  await wake();
  expect(visits).toBe(102);
});

test('who has left is not visited, also when it leaves during a round; who comes later is', async () => {
  const { clock, wake } = manualClock();
  const rounds = createRounds(clock);
  const visited: string[] = [];
  const leaveSecond = { now: (): void => undefined };
  rounds.join(() => {
    visited.push('first');
    leaveSecond.now();
  });
  leaveSecond.now = rounds.join(() => visited.push('second'));
  await wake();
  rounds.join(() => visited.push('third'));
  await wake();
  expect(visited).toEqual(['first', 'first', 'third']);
});

test('the last leaves and another comes: the rounds begin anew', async () => {
  const { clock, wake, sleeping } = manualClock();
  const rounds = createRounds(clock);
  rounds.join(() => undefined)();
  let visits = 0;
  rounds.join(() => (visits += 1));
  expect(sleeping).toHaveLength(1);
  await wake();
  expect(visits).toBe(1);
});
