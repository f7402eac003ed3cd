/** CPUs that a domain is pinned to: when a host that lacks one stands in the way, and when not. */
import { defer, merge, of } from 'rxjs';
import { expect, test } from 'vitest';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import type { Engine } from '../../src/index.js';
import type { Observation } from '../../src/machines/observations.js';
import { startEngine, until, untilRunning } from '../support/scenario.js';
import { pinned, pinnedHost, type PinnedHost } from './pinned-host.js';

const mebi = 2 ** 20;

const engineOn = ({ host }: PinnedHost, adapter: HypervisorAdapter): Promise<Engine> => startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });

test('a number that the host does not have is refused when it is applied', async () => {
  const here = pinnedHost();
  const engine = await engineOn(here, here.adapter);
  await expect(engine.apply([pinned([0, 7])])).rejects.toMatchObject({ code: 'PLAN_REFUSED', message: expect.stringContaining('this host has no CPU 7: its last is 1') as unknown });
});

test('a CPU that guests do not run on is waited for', async () => {
  const here = pinnedHost();
  here.usable = [0];
  const engine = await engineOn(here, here.adapter);
  await engine.apply([pinned([1])]);
  expect((await until(engine, 'web', 'backoff')).problem).toMatchObject({ reason: 'PLAN_CPU_MISSING', retryable: true });
  here.usable = [0, 1];
  await untilRunning(engine, 'web');
});

test.each([
  ['goes away', [0], 'PLAN_CPU_MISSING', 'guests of Xen do not run on CPU 1,'],
  ['cannot be told any more', undefined, 'PLAN_CPU_UNKNOWN', 'xl did not answer'],
] as const)('one that %s between plan and start is waited for, and no anchor is launched meanwhile', async (_what, later, reason, message) => {
  const here = pinnedHost();
  let launches = 0;
  const engine = await engineOn(here, {
    ...here.adapter,
    plan(request) {
      const outcome = here.adapter.plan(request);
      if (outcome.ok && launches === 0) here.usable = later;
      return outcome;
    },
    launch: (...launched) => {
      launches += 1;
      return here.adapter.launch(...launched);
    },
  });
  await engine.apply([pinned([1])]);
  const { lastEnd, problem } = await until(engine, 'web', (status) => status.lastEnd?.cause === 'prepare-failed');
  expect(lastEnd?.message).toContain(`spec.cpu.pinning: `);
  expect(lastEnd?.message).toContain(message);
  expect(problem).toMatchObject({ reason, retryable: true });
  expect(launches).toBe(0);
});

test('the memory of a guest that runs changes also while a CPU that it is pinned to is away, and nobody is asked for it', async () => {
  const here = pinnedHost();
  const engine = await engineOn(here, elastic(here.adapter));
  await engine.apply([pinned([1])]);
  await untilRunning(engine, 'web');
  here.usable = [0];
  await engine.apply([pinned([1], 128)]);
  const surveys = here.surveys;
  await until(engine, 'web', ({ placement }) => placement?.memoryBytes === 128 * mebi);
  expect(await engine.settled({ signal: AbortSignal.timeout(5_000) })).toBe(true);
  expect(engine.get('web')).toMatchObject({ incarnation: 1, phase: 'running', problem: null });
  expect(here.surveys).toBe(surveys);
});

/** Its guests have what they were asked to have. */
function elastic(adapter: HypervisorAdapter): HypervisorAdapter {
  let memory = 64 * mebi;
  return {
    ...adapter,
    async connect(ports, request) {
      const session = await adapter.connect(ports, request);
      const told = defer(() => of<Observation>({ type: 'guest.memory', bytes: memory }));
      return { ...session, observations: merge(session.observations, told), resize: (bytes) => Promise.resolve((memory = bytes)) };
    },
  };
}
