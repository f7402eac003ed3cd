/** What a domain has taken goes back to the host, which may refuse it, or take its time. */
import { expect, test } from 'vitest';
import { WindlassError } from '../../src/errors.js';
import type { HypervisorAdapter } from '../../src/index.js';
import { domain, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { deviceScene, guest } from './device-scene.js';

test('a device that the host does not take back keeps no run from its end: the domain starts again, and is halted and removed', async () => {
  const host = deviceScene();
  let refuses = true;
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    takenDevices: () => Promise.resolve([...host.taken].map((id) => ({ kind: 'pci' as const, id, mode: 'exclusive' as const, field: 'spec.pci' }))),
    async giveBackDevices(ports, claims, layout) {
      if (refuses) throw new WindlassError('PCI_DRIVER_REFUSED', 'igb does not take it', { retryable: true });
      await host.adapter.giveBackDevices?.(ports, claims, layout);
    },
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  const told: unknown[] = [];
  engine.status$.subscribe((message) => {
    if (message.type === 'event') told.push(message.event.data);
  });
  await engine.apply([guest('web')]);
  await untilRunning(engine, 'web');
  await engine.apply([guest('web', '0000:04:00.0', 'halted')]);
  await until(engine, 'web', 'halted');
  expect(told).toContainEqual({ condition: expect.objectContaining({ type: 'Degraded', status: 'True', reason: 'PCI_DRIVER_REFUSED', message: 'igb does not take it' }) as unknown });
  await engine.apply([guest('web')]);
  await untilRunning(engine, 'web');
  await engine.apply([]);
  await untilForgotten(engine, 'web');
  expect(host.taken.size).toBe(2);
  refuses = false;
  await expect.poll(() => host.taken.size, { timeout: 5_000 }).toBe(0);
});

test('a device whose giving back takes for ever keeps no run from its end, and no domain gets it meanwhile', { timeout: 20_000 }, async () => {
  const host = deviceScene();
  let end: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => (end = resolve));
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    async giveBackDevices(ports, claims, layout) {
      await stuck;
      await host.adapter.giveBackDevices?.(ports, claims, layout);
    },
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  await engine.apply([guest('web')]);
  await untilRunning(engine, 'web');
  await engine.apply([]);
  await untilForgotten(engine, 'web');
  await engine.apply([guest('next')]);
  const { problem } = await until(engine, 'next', (status) => status.problem?.reason === 'CLAIM_HELD');
  expect(problem?.message).toContain('pci 0000:04:00.0 is in use by the host, which gets 0000:04:00.0 back');
  end();
  await untilRunning(engine, 'next');
  expect(host.history.slice(2)).toEqual(['give back 0000:04:00.0', 'give back 0000:04:00.1', 'take 0000:04:00.0', 'take 0000:04:00.1']);
});

test('an engine starts, and serves, while the host does not take back what the engine before it had taken', async () => {
  const host = deviceScene();
  let end: () => void = () => undefined;
  const stuck = new Promise<void>((resolve) => (end = resolve));
  host.taken.add('0000:04:00.1');
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    takenDevices: () => Promise.resolve([...host.taken].map((id) => ({ kind: 'pci' as const, id, mode: 'exclusive' as const, field: 'spec.pci' }))),
    async giveBackDevices(ports, claims, layout) {
      await stuck;
      await host.adapter.giveBackDevices?.(ports, claims, layout);
    },
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  const plain = domain('plain', { hypervisor: 'process', disks: [] });
  await engine.apply([plain, guest('web')]);
  await untilRunning(engine, 'plain');
  await until(engine, 'web', (status) => status.problem?.reason === 'CLAIM_HELD');
  expect(host.history).toEqual([]);
  end();
  await untilRunning(engine, 'web');
  expect(host.history).toEqual(['give back 0000:04:00.1', 'take 0000:04:00.0', 'take 0000:04:00.1']);
});
