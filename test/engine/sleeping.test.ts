/** Guests that sleep, on a simulated host: what the engine makes of them as a whole. */
import { expect, test } from 'vitest';
import { type DomainStatus, type Engine, WindlassError } from '../../src/index.js';
import { simulatedHost } from '../support/simulated-host.js';
import { domain, eventsOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';

const simulated = (spec: Parameters<typeof domain>[1]): ReturnType<typeof domain> => domain('web', { hypervisor: 'process', disks: [], ...spec });

const untilAsleep = (engine: Engine): Promise<DomainStatus> => until(engine, 'web', ({ state }) => state === 'anchored.running.suspended');

test('a document puts a guest to sleep, wakes it, and ends it, all in one run', async () => {
  const host = simulatedHost();
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply([simulated({ power: 'suspended' })]);
  expect(await engine.settled({ signal: AbortSignal.timeout(10_000) })).toBe(true);
  const asleep = await untilAsleep(engine);
  expect(asleep).toMatchObject({ phase: 'running', runState: 'suspended', desired: { power: 'suspended' }, incarnation: 1 });
  expect(asleep.conditions).toContainEqual(expect.objectContaining({ type: 'AsDesired', status: 'True' }));
  expect(asleep.conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'False' }));

  await engine.apply([simulated({ power: 'running' })]);
  expect(await untilRunning(engine, 'web')).toMatchObject({ anchor: asleep.anchor, incarnation: 1, generation: 2 });
  await engine.apply([simulated({ power: 'suspended' })]);
  await untilAsleep(engine);

  await engine.apply([]);
  await untilForgotten(engine, 'web');
  const ends = eventsOf(engine, 'web').flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end] : []));
  expect(ends).toEqual([expect.objectContaining({ cause: 'removed', rung: 'ask', later: [] })]);
});

test('a guest that sleeps is adopted as it is by the next engine', async () => {
  const host = simulatedHost();
  const options = { stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] };
  const first = await startEngine(options);
  await first.apply([simulated({ power: 'suspended' })]);
  const { anchor } = await untilAsleep(first);
  await first.stop({ guests: 'leave' });

  const next = await startEngine(options);
  await next.apply([simulated({ power: 'suspended' })]);
  expect(await untilAsleep(next)).toMatchObject({ anchor, incarnation: 1 });
  const states = eventsOf(next, 'web').flatMap((event) => (event.type === 'windlass.domain.phase' ? [event.data.to] : []));
  expect(states).toEqual(['observing', 'running']);
});

test('a guest that was told as hung is so no more once it sleeps, and is told again where it hangs after that', async () => {
  const host = simulatedHost();
  let reachable = false;
  const ports = { ...host.ports, sockets: { ...host.ports.sockets, tcpReachable: () => Promise.resolve(reachable) } };
  const engine = await startEngine({ stateDirectory: '/s', ports, adapters: [host.adapter] });
  const live = (onFailure: 'report' | 'restart') => ({ probes: { live: { check: { tcp: { port: 80 } }, interval: '100ms', timeout: '1s', failures: 2, onFailure } } }) as const;
  await engine.apply([simulated(live('report'))]);
  await until(engine, 'web', ({ state }) => state === 'anchored.running.degraded');

  await engine.apply([simulated({ ...live('report'), power: 'suspended' })]);
  const asleep = await untilAsleep(engine);
  expect(asleep.conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'False' }));
  reachable = true;
  await engine.apply([simulated(live('restart'))]);
  expect(await untilRunning(engine, 'web')).toMatchObject({ incarnation: 1 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(engine.get('web')).toMatchObject({ state: 'anchored.running.healthy', incarnation: 1 });

  reachable = false;
  expect(await until(engine, 'web', ({ incarnation, lastEnd }) => incarnation === 2 && lastEnd !== null)).toMatchObject({ lastEnd: { cause: 'unresponsive', incarnation: 1 } });
});

test('a guest that was put to sleep is not asked again at once where nobody can see whether it sleeps', async () => {
  const host = simulatedHost();
  let asked = 0;
  const adapter: typeof host.adapter = {
    ...host.adapter,
    connect: async (ports, request) => ({
      ...(await host.adapter.connect(ports, request)),
      suspend: () => {
        asked += 1;
        return Promise.resolve();
      },
      runState: () => Promise.reject(new WindlassError('SIMULATED', 'no answer', { retryable: true })),
    }),
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  await engine.apply([simulated({ power: 'suspended' })]);
  const { conditions } = await until(engine, 'web', ({ state }) => state === 'anchored.running.unwilling');
  expect(conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'True', reason: 'SIMULATED', message: 'the guest was put to sleep, and whether it sleeps cannot be seen: no answer' }));
  // What may be asked again at once is asked after a second.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(asked).toBe(1);

  const [pid] = host.pids();
  if (pid === undefined) throw new Error('no anchor lives');
  host.become(pid, 'suspended');
  expect((await untilAsleep(engine)).conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', status: 'False' }));
});
