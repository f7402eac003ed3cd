import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { domain, eventsOf, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { anchorsOf, homeOf, stateDirectory, waitUntil } from '../support/state-directory.js';

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

test('what an orphan holds is not given to another domain while it lives', async () => {
  const root = stateDirectory();
  const disks = [{ image: heartbeatImage() }];
  const first = await startEngine({ stateDirectory: root });
  await first.apply([domain('old-name', { disks })]);
  const old = pidOf(await untilRunning(first, 'old-name'));
  await first.stop();

  const second = await startEngine({ stateDirectory: root });
  await second.apply([domain('new-name', { disks })]);
  const waiting = await until(second, 'new-name', ({ problem }) => problem?.reason === 'CLAIM_HELD');
  expect(waiting).toMatchObject({ phase: 'pending', incarnation: 0, failures: 0 });
  expect(waiting.problem?.message).toContain('is in use by old-name');
  expect(anchorsOf(root)).toEqual([old]);
  await waitUntil(() => second.orphans().some(({ presence }) => presence === 'present'), 2_000, () => 'the orphan was not found');

  // It ends unseen, as nobody supervises it; whoever waits looks again.
  process.kill(old, 'SIGKILL');
  await waitUntil(() => anchorsOf(root).length === 0, 2_000, () => 'the orphan lives on');
  await second.apply([domain('new-name', { disks, memory: '24Mi' })]);
  expect(await untilRunning(second, 'new-name')).toMatchObject({ incarnation: 1, failures: 0 });
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
