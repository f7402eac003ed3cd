/** What can only be shown by holding a host back at the worst moment. */
import { Subject } from 'rxjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import type { AnchorSession } from '../../src/hypervisor-adapters/contract/session.js';
import type { Observation } from '../../src/machines/observations.js';
import { WindlassError } from '../../src/errors.js';
import { domain, eventsOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { simulatedHost } from '../support/simulated-host.js';

const simulated = (name: string, spec: Parameters<typeof domain>[1] = {}): ReturnType<typeof domain> => domain(name, { hypervisor: 'process', disks: [], ...spec });

/** Something that has not happened yet. */
function held(): { readonly until: Promise<void>; letGo(): void } {
  let letGo = (): void => undefined;
  const until = new Promise<void>((resolve) => (letGo = resolve));
  return { until, letGo: () => letGo() };
}

/** An adapter whose launches wait. */
function slowLauncher(adapter: HypervisorAdapter): { readonly adapter: HypervisorAdapter; readonly hold: ReturnType<typeof held> } {
  const hold = held();
  return {
    hold,
    adapter: {
      ...adapter,
      launch: async (...given) => {
        await hold.until;
        return adapter.launch(...given);
      },
    },
  };
}

test('a domain that is removed while its anchor is launched is gone only after that launch, and leaves no anchor', async () => {
  const host = simulatedHost();
  const { adapter, hold } = slowLauncher(host.adapter);
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  const document = simulated('slow', { deadlines: { terminate: '20ms' } });
  await engine.apply([document]);
  await until(engine, 'slow', ({ state }) => state === 'anchored.device-model-ready.launching');

  await engine.apply([]);
  await sleep(200);
  expect(engine.get('slow')).toMatchObject({ phase: 'halting' });
  hold.letGo();
  await untilForgotten(engine, 'slow', 2_000);
  expect(host.living()).toBe(0);
  expect(host.mostPerDomain()).toBeLessThanOrEqual(1);
});

test('an engine that is stopped gives its lock back after a launch under way was recorded, not before', async () => {
  const host = simulatedHost();
  const { adapter, hold } = slowLauncher(host.adapter);
  let locked = true;
  const release = (): Promise<void> => {
    locked = false;
    return Promise.resolve();
  };
  const ports = { ...host.ports, locks: { ...host.ports.locks, acquire: () => Promise.resolve({ release }) } };
  const engine = await startEngine({ stateDirectory: '/s', ports, adapters: [adapter] });
  await engine.apply([simulated('slow')]);
  await until(engine, 'slow', ({ state }) => state === 'anchored.device-model-ready.launching');

  const stopped = engine.stop();
  await sleep(100);
  expect(locked).toBe(true);
  hold.letGo();
  await stopped;
  expect(locked).toBe(false);
  expect(host.living()).toBe(1);
  expect(JSON.parse((await ports.files.readText('/s/process/slow/anchor.json')) ?? '')).toMatchObject({ phase: 'launched' });
});

/** A session without an anchor behind it, which tells whether it was closed. */
function bareSession(latestState: AnchorSession['latestState']): { readonly session: AnchorSession; readonly closed: () => boolean } {
  const seen = new Subject<Observation>();
  const done = (): Promise<void> => Promise.resolve();
  let ended = false;
  seen.subscribe({ complete: () => (ended = true) });
  return {
    closed: () => ended,
    session: { observations: seen, latestState, runState: () => Promise.resolve(latestState()), release: done, pause: done, suspend: done, ask: done, press: done, quit: done, transcript: () => [], close: () => seen.complete() },
  };
}

test('a channel that opens when nobody wants it any more is closed', async () => {
  const host = simulatedHost();
  const hold = held();
  const { closed, session } = bareSession(() => 'prelaunch');
  let connects = 0;
  const connect: HypervisorAdapter['connect'] = async (...given) => {
    connects += 1;
    if (connects > 1) return host.adapter.connect(...given);
    await hold.until;
    return session;
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [{ ...host.adapter, connect }] });
  await engine.apply([simulated('late', { deadlines: { connect: '30ms', terminate: '20ms' }, restart: { backoff: { initial: '20ms' } } })]);
  await until(engine, 'late', ({ incarnation, phase }) => incarnation === 2 && phase === 'running');

  hold.letGo();
  await sleep(20);
  expect(closed()).toBe(true);
  expect(engine.get('late')).toMatchObject({ phase: 'running', incarnation: 2 });
});

test('a channel that is dialled anew does not make the old one’s end a loss of its own', async () => {
  const host = simulatedHost();
  const first = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await first.apply([simulated('twice')]);
  await untilRunning(first, 'twice');
  await first.stop();

  const { closed, session } = bareSession(() => {
    throw new WindlassError('QMP_TIMEOUT', 'not now', { retryable: true });
  });
  let connects = 0;
  const connect: HypervisorAdapter['connect'] = (...given) => {
    connects += 1;
    return connects === 1 ? Promise.resolve(session) : host.adapter.connect(...given);
  };
  const second = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [{ ...host.adapter, connect }] });
  await second.apply([simulated('twice')]);
  await untilRunning(second, 'twice');
  await sleep(400);
  expect(closed()).toBe(true);
  expect(connects).toBe(2);
  expect(eventsOf(second, 'twice').map((event) => (event.type === 'windlass.domain.condition' ? event.data.condition.reason : ''))).not.toContain('CHANNEL_LOST');
});

test('a probe that failed is made again, and an engine that could not probe starts its domains later', async () => {
  const host = simulatedHost();
  let probes = 0;
  const probe: HypervisorAdapter['probe'] = (...given) => {
    probes += 1;
    return probes === 1 ? Promise.reject(new WindlassError('FILE_NO_SPACE', 'the disk is full', { retryable: true })) : host.adapter.probe(...given);
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [{ ...host.adapter, probe }] });
  await expect(engine.apply([simulated('again')])).rejects.toMatchObject({ code: 'FILE_NO_SPACE' });
  await engine.apply([simulated('again')]);
  await untilRunning(engine, 'again');
});
