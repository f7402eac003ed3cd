import { expect, it } from 'vitest';
import { numbersIn, openScene, range, take } from './journal-scene.js';
import { smallDisk } from './small-disk.js';

it.concurrent('a full disk stops the journal with an event and a condition, and nothing else; what memory kept is written when there is room', async () => {
  await using disk = await smallDisk();
  const scene = await openScene(disk.root, { ports: disk.ports });
  scene.tell(5);
  await take(scene.log.since(4), 1);
  disk.fill();
  scene.tell(100);
  // Nobody waits for the disk any more.
  const seen = await take(scene.log.since(5), 101);
  expect(seen.at(-1)).toMatchObject({ type: 'windlass.journal.stopped', data: { reason: 'FILE_NO_SPACE' } });
  expect(scene.conditions.all()).toMatchObject([{ type: 'JournalWritten', status: 'False', reason: 'FILE_NO_SPACE' }]);
  const next = take(scene.log.since(106), 1);
  disk.free();
  expect(await next).toMatchObject([{ sequence: 107, type: 'windlass.journal.resumed', data: { lost: null } }]);
  expect(scene.conditions.all()).toMatchObject([{ type: 'JournalWritten', status: 'True' }]);
  await scene.close();
  expect(numbersIn(disk.root)).toEqual(range(1, 107));
});

it.concurrent('what memory did not keep meanwhile is named as lost, in its place', async () => {
  await using disk = await smallDisk();
  const scene = await openScene(disk.root, { ports: disk.ports, memory: 10 });
  scene.tell(5);
  await take(scene.log.since(4), 1);
  disk.fill();
  scene.tell(50);
  await take(scene.log.since(5), 51);
  scene.tell(200);
  disk.free();
  const from = Math.max(...numbersIn(disk.root)) + 1;
  const resumed = await take(scene.log.since(scene.log.sequence()), 1);
  expect(resumed).toMatchObject([{ type: 'windlass.journal.resumed', data: { lost: { from } } }]);
  const { to } = (resumed[0]?.data as { lost: { to: number } }).lost;
  expect(to).toBeGreaterThan(200);
  await scene.close();
  expect(numbersIn(disk.root)).toEqual([...range(1, from - 1), ...range(to, 257)]);
  // A later reader is told in the same place, and resumes within what was lost as well.
  const later = await openScene(disk.root, { ports: disk.ports, memory: 10 });
  for (const after of [from - 1, from + 3]) {
    const [loss, next] = await take(later.log.since(after), 2);
    expect(loss).toMatchObject({ type: 'windlass.journal.lost', sequence: to, data: { from, to } });
    expect(next?.sequence).toBe(to + 1);
  }
  await later.close();
});

it.concurrent('numbers told while nothing could be written are never told again by the next engine', async () => {
  await using disk = await smallDisk();
  const first = await openScene(disk.root, { ports: disk.ports });
  first.tell(5);
  await take(first.log.since(4), 1);
  disk.fill();
  first.tell(100);
  await take(first.log.since(5), 101);
  const written = Math.max(...numbersIn(disk.root));
  await first.close();
  disk.free();
  const next = await openScene(disk.root, { ports: disk.ports });
  expect(next.log.sequence()).toBe(106);
  next.tell(1);
  const told = await take(next.log.since(written), 3);
  expect(told.map(({ sequence, type }) => [sequence, type])).toEqual([
    [106, 'windlass.journal.lost'],
    [107, 'windlass.domain.reset'],
    [108, 'windlass.journal.resumed'],
  ]);
  expect(told[2]?.data).toEqual({ lost: { from: written + 1, to: 106 } });
  await next.close();
  const last = await openScene(disk.root, { ports: disk.ports });
  expect(last.log.sequence()).toBe(108);
  await last.close();
});
