/** An end that one engine begins, another sees through: as if there had been but one. */
import { expect, test } from 'vitest';
import type { Engine } from '../../src/index.js';
import { heartbeatImage } from '../support/guest-image.js';
import { untilSaid } from '../support/guest-console.js';
import { operate } from '../support/operator.js';
import { domain, pidOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { stateDirectory } from '../support/state-directory.js';

/** A guest that ignores its button, so that its end takes as long as an engine needs to be stopped. */
const deaf = () => domain('deaf', { disks: [{ image: heartbeatImage({ ignoreButton: true }) }], restart: 'Never', deadlines: { press: '700ms' } });

/** Its document was removed and its button pressed; then the engine went. */
async function halfEnded(root: string): Promise<number> {
  const first = await startEngine({ stateDirectory: root });
  await first.apply([deaf()]);
  const pid = pidOf(await untilRunning(first, 'deaf'));
  await untilSaid(root, 'deaf', /HEARTBEAT/);
  await first.apply([]);
  await until(first, 'deaf', ({ state }) => state === 'anchored.halting.pressing');
  await first.stop();
  return pid;
}

/** The document is there again. Under `Never`, an end that were taken for the guest's own would be its last. */
async function comesBack(root: string): Promise<Engine> {
  const second = await startEngine({ stateDirectory: root });
  await second.apply([deaf()]);
  return second;
}

test('a guest that was being halted is halted, and then started for the document that came back', async () => {
  const root = stateDirectory();
  const pid = await halfEnded(root);
  const second = await comesBack(root);
  const after = await until(second, 'deaf', ({ incarnation, phase }) => incarnation === 2 && phase === 'running');
  expect(after).toMatchObject({ failures: 0, lastEnd: { cause: 'removed', rung: 'quit', incarnation: 1 } });
  expect(pidOf(after)).not.toBe(pid);
});

test('a guest that was being halted and ended while no engine ran has not ended by itself', async () => {
  const root = stateDirectory();
  await halfEnded(root);
  await operate(root, 'deaf', 'quit');
  const second = await comesBack(root);
  const after = await until(second, 'deaf', ({ incarnation, phase }) => incarnation === 2 && phase === 'running');
  expect(after).toMatchObject({ failures: 0, lastEnd: { cause: 'removed', incarnation: 1 } });
});

test('a guest that was being halted for want of a document is no orphan: it is seen to its end', async () => {
  const root = stateDirectory();
  const pid = await halfEnded(root);
  const second = await startEngine({ stateDirectory: root, orphans: 'report' });
  await second.apply([]);
  await untilForgotten(second, 'deaf');
  expect(second.orphans()).toEqual([]);
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
