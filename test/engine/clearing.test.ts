import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WindlassError } from '../../src/errors.js';
import { type Clearing, type ClearingWork, createClearing, type Standing } from '../../src/engine/clearing.js';
import { createNodeConditions, type NodeConditions } from '../../src/status/node-conditions.js';
import { type HandClock, handClock } from '../support/hand-clock.js';

interface Scene extends HandClock {
  readonly clearing: Clearing;
  readonly conditions: NodeConditions;
  /** Messages of what was logged. */
  readonly logged: string[];
}

function scene(): Scene {
  const hand = handClock();
  const logged: string[] = [];
  const conditions = createNodeConditions(() => 0, () => undefined);
  const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push((JSON.parse(line) as { err: { message: string } }).err.message) });
  return { ...hand, conditions, logged, clearing: createClearing({ clock: hand.clock, conditions, logger }) };
}

/** Work on a directory that fails as long as it is told to. */
function stubborn(path: string, standing: () => Standing = () => 'due'): ClearingWork & { readonly tries: () => number; fails: WindlassError | undefined } {
  let tries = 0;
  const work = {
    path,
    standing,
    fails: new WindlassError('FILE_NOT_PERMITTED', `cannot remove ${path}`) as WindlassError | undefined,
    tries: () => tries,
    work: () => {
      tries += 1;
      return work.fails === undefined ? Promise.resolve() : Promise.reject(work.fails);
    },
  };
  return work;
}

test('what cannot be removed is told, and tried again until it can', async () => {
  const { clearing, conditions, logged, pauses, tick } = scene();
  const [one, two] = [stubborn('/s/one'), stubborn('/s/two')];
  await Promise.all([clearing.attempt(one), clearing.attempt(two)]);
  expect(conditions.all()).toMatchObject([{ type: 'LeftoversRemoved', status: 'False', reason: 'FILE_NOT_PERMITTED', message: 'cannot remove /s/one (and 1 more)' }]);
  await tick();
  expect([one.tries(), two.tries()]).toEqual([2, 2]);
  one.fails = undefined;
  await tick();
  expect(conditions.all()).toMatchObject([{ status: 'False', message: 'cannot remove /s/two' }]);
  two.fails = new WindlassError('FILE_FAILED', 'the disk is broken');
  await tick();
  two.fails = undefined;
  await tick();
  expect(conditions.all()).toMatchObject([{ status: 'True', reason: 'Well', message: '' }]);
  expect([one.tries(), two.tries()]).toEqual([3, 5]);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
  // Once for each cause, not for each try.
  expect(logged).toEqual(['cannot remove /s/one', 'cannot remove /s/two', 'the disk is broken']);
});

test('what somebody has come to use is left alone and no trouble, until that one uses it no more', async () => {
  const { clearing, conditions, tick } = scene();
  let standing: Standing = 'due';
  const one = stubborn('/s/one', () => standing);
  await clearing.attempt(one);
  standing = 'in-use';
  await tick();
  expect(one.tries()).toBe(1);
  expect(conditions.all()).toMatchObject([{ type: 'LeftoversRemoved', status: 'True' }]);
  standing = 'waits';
  await tick();
  expect(one.tries()).toBe(1);
  expect(conditions.all()).toMatchObject([{ status: 'False', message: 'cannot remove /s/one' }]);
});

test('what was in use and is cleared by the end of its user is tried no more, and there is no timer then', async () => {
  const { clearing, conditions, pauses, tick } = scene();
  let standing: Standing = 'due';
  const one = stubborn('/s/one', () => standing);
  await clearing.attempt(one);
  standing = 'in-use';
  await tick();
  one.fails = undefined;
  standing = 'due';
  await clearing.attempt(one);
  await tick();
  await tick();
  expect([one.tries(), pauses]).toEqual([2, [1_000, 2_000]]);
  expect(conditions.all()).toMatchObject([{ status: 'True' }]);
});

test('what somebody may come to use is left alone and still told, and tried again when nobody will', async () => {
  const { clearing, conditions, tick } = scene();
  let standing: Standing = 'due';
  const one = stubborn('/s/one', () => standing);
  await clearing.attempt(one);
  standing = 'waits';
  one.fails = undefined;
  await tick();
  await tick();
  expect(one.tries()).toBe(1);
  expect(conditions.all()).toMatchObject([{ status: 'False', message: 'cannot remove /s/one' }]);
  standing = 'due';
  await tick();
  expect(one.tries()).toBe(2);
  expect(conditions.all()).toMatchObject([{ status: 'True' }]);
});

test('nothing is tried again once it is let go, which waits for what is under way', async () => {
  const { clearing, tick } = scene();
  const one = stubborn('/s/one');
  await clearing.attempt(one);
  let end: () => void = () => undefined;
  const slow = clearing.attempt({ path: '/s/slow', standing: () => 'due', work: () => new Promise((resolve) => (end = resolve)) });
  let gone = false;
  const letGo = clearing.letGo().then(() => (gone = true));
  await tick();
  expect([one.tries(), gone]).toEqual([1, false]);
  end();
  await Promise.all([slow, letGo]);
  await clearing.attempt(stubborn('/s/late'));
  await tick();
  expect(one.tries()).toBe(1);
});
