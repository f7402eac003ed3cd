import { readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { domain, startEngine, until } from '../support/scenario.js';
import { anchorsOf, waitUntil } from '../support/state-directory.js';

/** Descriptors of this process, by what they lead to; numbers of sockets and pipes differ each time. */
function openDescriptors(): readonly string[] {
  return readdirSync('/proc/self/fd')
    .flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, '#')];
      } catch {
        // The one that the listing itself was read through.
        return [];
      }
    })
    .sort();
}

/** Timers and handles that hold Node's loop. */
function held(): readonly string[] {
  return [...process.getActiveResourcesInfo()].sort();
}

/** A worker of vitest may speak to its parent by pipes, too. */
const pipesOfOurOwn = held().filter((one) => one === 'PipeWrap').length;

test('fifty restarts leave no descriptor, no timer, no handle and no process behind', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', note);
  const engine = await startEngine();
  const count = (type: string): number => held().filter((one) => one === type).length;
  await engine.apply([
    domain('again', {
      disks: [{ image: heartbeatImage({ action: 'power-off', count: 1, ticks: 1 }) }],
      restart: { policy: 'Always', backoff: { initial: '1ms', max: '1ms' } },
    }),
  ]);
  // Measured twice in the same state, after the first runs have made what is kept for good.
  await until(engine, 'again', ({ incarnation, state }) => incarnation >= 3 && state === 'anchored.running.healthy', 20_000);
  const before = { descriptors: openDescriptors(), pipes: count('PipeWrap'), children: count('ProcessWrap') };

  await until(engine, 'again', ({ incarnation, state }) => incarnation >= 53 && state === 'anchored.running.healthy', 40_000);
  const after = { descriptors: openDescriptors(), pipes: count('PipeWrap'), children: count('ProcessWrap') };
  expect(after).toEqual(before);
  expect(count('Timeout')).toBeLessThan(12);
  expect(anchorsOf(engine.stateDirectory).length).toBeLessThanOrEqual(1);
  expect(engine.get('again')).toMatchObject({ failures: 0 });

  await engine.stop({ guests: 'halt' });
  await waitUntil(() => count('PipeWrap') <= pipesOfOurOwn, 2_000, () => `held still: ${held().join(', ')}`);
  expect(unhandled).toEqual([]);
  process.off('unhandledRejection', note);
}, 60_000);
