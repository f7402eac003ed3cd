/** What a hung guest gets: a watchdog that it does not feed, and liveness checks that nobody answers. */
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { DomainStatus } from '../../src/index.js';
import { heartbeatImage } from '../support/guest-image.js';
import { domain, eventsOf, startEngine, until, untilRunning } from '../support/scenario.js';

const isDegraded =
  (reason: string) =>
  ({ conditions }: DomainStatus): boolean =>
    conditions.some((condition) => condition.type === 'Degraded' && condition.status === 'True' && condition.reason === reason);

/** A guest that starts its watchdog with two seconds, and never feeds it. */
const starving = (): { image: string }[] => [{ image: heartbeatImage({ action: 'watchdog', count: 1, ticks: 1 }) }];

test('a guest that does not feed its watchdog is restarted by its policy, and the cause is told', async () => {
  const engine = await startEngine();
  await engine.apply([domain('starving', { disks: starving(), watchdog: { model: 'ib700' } })]);

  const status = await until(engine, 'starving', ({ incarnation, lastEnd }) => incarnation === 2 && lastEnd !== null);
  expect(status.lastEnd).toMatchObject({ cause: 'watchdog', incarnation: 1 });
  expect(status.lastEnd?.evidence).not.toBeNull();
  expect(status.failures).toBe(1);
});

test('a watchdog that resets: the guest starts anew in the same anchor, and no run has ended', async () => {
  const engine = await startEngine();
  await engine.apply([domain('starving', { disks: starving(), watchdog: { model: 'ib700', onExpiry: 'reset' } })]);
  const before = await untilRunning(engine, 'starving');

  const status = await until(engine, 'starving', ({ resets }) => resets >= 1);
  expect(status).toMatchObject({ phase: 'running', incarnation: 1, failures: 0, lastEnd: null, anchor: before.anchor });
});

test('a watchdog that only reports degrades the domain, and the guest is left alone', async () => {
  const engine = await startEngine();
  await engine.apply([domain('starving', { disks: starving(), watchdog: { model: 'ib700', onExpiry: 'report' } })]);

  const status = await until(engine, 'starving', isDegraded('WATCHDOG_EXPIRED'));
  expect(status).toMatchObject({ phase: 'running', runState: 'running', incarnation: 1, lastEnd: null });
});

test('the usual watchdog is a device that QEMU takes', async () => {
  const engine = await startEngine();
  await engine.apply([domain('fed', { watchdog: 'restart' })]);
  const { placement } = await untilRunning(engine, 'fed');
  expect(placement?.deviceModel.devices).toContainEqual(expect.objectContaining({ class: 'health', frontEnd: 'i6300esb' }));
});

/** Somebody who answers on a port, and can stop answering. */
async function answering(): Promise<{ readonly port: number; stop(): Promise<void>; again(): Promise<void> }> {
  let server: Server | undefined;
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => {
      const fresh = createServer((socket) => socket.on('error', () => undefined).end());
      server = fresh;
      fresh.listen(port, '127.0.0.1', () => resolve((fresh.address() as AddressInfo).port));
    });
  const port = await listen(0);
  const stop = (): Promise<void> => new Promise((resolve) => server?.close(() => resolve()));
  onTestFinished(() => {
    server?.close();
  });
  return {
    port,
    stop,
    again: async () => {
      await listen(port);
    },
  };
}

type Probes = NonNullable<Parameters<typeof domain>[1]>['probes'];

const live = (port: number, onFailure: 'report' | 'restart'): NonNullable<Probes>['live'] => ({ check: { tcp: { port } }, interval: '100ms', timeout: '500ms', failures: 3, onFailure });

test('liveness checks that fail degrade the domain, and it recovers by itself when the guest answers again', async () => {
  const guest = await answering();
  const engine = await startEngine();
  const document = (probes: Probes) => domain('deaf', { disks: [{ image }], probes });
  const image = heartbeatImage();
  await engine.apply([document({ live: live(guest.port, 'report') })]);
  const before = await untilRunning(engine, 'deaf');

  await guest.stop();
  const hung = await until(engine, 'deaf', isDegraded('GUEST_UNRESPONSIVE'));
  expect(hung).toMatchObject({ phase: 'running', state: 'anchored.running.degraded', anchor: before.anchor });
  expect(hung.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));

  await guest.again();
  expect(await untilRunning(engine, 'deaf')).toMatchObject({ anchor: before.anchor, incarnation: 1, failures: 0, problem: null });

  // Without its check the document asks no more of the guest; nothing is restarted for that.
  await guest.stop();
  await until(engine, 'deaf', isDegraded('GUEST_UNRESPONSIVE'));
  await engine.apply([document({})]);
  expect(await untilRunning(engine, 'deaf')).toMatchObject({ anchor: before.anchor, incarnation: 1 });
  expect(eventsOf(engine, 'deaf').filter(({ type }) => type === 'windlass.domain.ended')).toEqual([]);
});

test('liveness checks that fail restart the guest where the document says so', async () => {
  const guest = await answering();
  const engine = await startEngine();
  await engine.apply([domain('deaf', { probes: { ready: { tcp: { port: guest.port } }, live: live(guest.port, 'restart') } })]);
  await untilRunning(engine, 'deaf');

  await guest.stop();
  const status = await until(engine, 'deaf', ({ lastEnd }) => lastEnd !== null);
  expect(status.lastEnd).toMatchObject({ cause: 'unresponsive', incarnation: 1, rung: 'quit' });
  expect(status.lastEnd?.message).toContain(`port ${guest.port}`);
  // It waits for its readiness now, and is not called hung again before that has held.
  await until(engine, 'deaf', ({ incarnation, phase }) => incarnation === 2 && phase === 'booting');
  await guest.again();
  expect(await untilRunning(engine, 'deaf')).toMatchObject({ incarnation: 2, failures: 1 });
});
