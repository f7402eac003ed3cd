/** What a domain takes from the host, and what is in its way. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PciFunction } from '../../src/effects/ports/pci.js';
import { WindlassError } from '../../src/errors.js';
import type { HypervisorAdapter } from '../../src/index.js';
import { networkInterface, pciFunction, storage } from '../support/pci-function.js';
import { domain, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { deviceScene, guest, quick } from './device-scene.js';

const comesUp = (one: PciFunction): PciFunction => ({ ...one, interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5'], defaultRoute: true })] });

test('a network card that the host uses is refused by name, nothing is touched, and the domain starts once it is free', async () => {
  const host = deviceScene();
  const [card] = host.functions.values();
  if (card === undefined) throw new Error('the scene has no card');
  host.functions.set(card.address, comesUp(card));
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply([guest('web')]);
  const { conditions } = await until(engine, 'web', 'backoff');
  expect(conditions).toContainEqual(
    expect.objectContaining({ type: 'Degraded', reason: 'PLAN_DEVICE_NEEDED', message: expect.stringContaining('0000:04:00.0 carries eth0, through which the host is reached (default route, 10.0.0.5)') as unknown }),
  );
  expect(host.history).toEqual([]);
  host.functions.set(card.address, card);
  await untilRunning(engine, 'web');
  expect([...host.taken]).toEqual(['0000:04:00.0', '0000:04:00.1']);
});

test('one that comes into use between plan and start is refused before it is touched', async () => {
  const host = deviceScene();
  const [card] = host.functions.values();
  if (card === undefined) throw new Error('the scene has no card');
  host.beforePlanEnds = () => host.functions.set(card.address, comesUp(card));
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply([guest('web')]);
  const { lastEnd } = await until(engine, 'web', (status) => status.lastEnd !== null);
  expect(lastEnd).toMatchObject({ cause: 'prepare-failed', message: expect.stringContaining('carries eth0') as unknown });
  expect(host.history).toEqual([]);
});

test('a group that became another between plan and start is planned anew', async () => {
  const host = deviceScene();
  host.beforePlanEnds = () => {
    host.functions.set('0000:04:00.2', pciFunction('0000:04:00.2', { multifunction: true }));
    host.beforePlanEnds = () => undefined;
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply([guest('web')]);
  await untilRunning(engine, 'web');
  expect([...host.taken]).toEqual(['0000:04:00.0', '0000:04:00.1', '0000:04:00.2']);
});

test('a group of which a part cannot be taken is given back whole, and tried again', async () => {
  const host = deviceScene();
  host.beforeTaking = (address) => {
    if (address !== '0000:04:00.1') return;
    host.beforeTaking = () => undefined;
    throw new WindlassError('XL_FAILED', 'the driver does not let go', { retryable: true });
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply([guest('web')]);
  await untilRunning(engine, 'web');
  expect(host.history).toEqual(['take 0000:04:00.0', 'give back 0000:04:00.0', 'take 0000:04:00.0', 'take 0000:04:00.1']);
});

test('two domains that want the two halves of a group: the second waits, and takes nothing from the first when it gives up', async () => {
  const host = deviceScene();
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply([guest('one')]);
  await untilRunning(engine, 'one');
  await engine.apply([guest('one'), guest('two', '0000:04:00.1')]);
  const waiting = await until(engine, 'two', ({ problem }) => problem?.reason === 'CLAIM_HELD');
  expect(waiting.problem?.message).toContain('pci 0000:04:00.1 is in use by one');
  await engine.apply([guest('one')]);
  await untilForgotten(engine, 'two');
  expect(host.history).toEqual(['take 0000:04:00.0', 'take 0000:04:00.1']);
  await engine.apply([guest('two', '0000:04:00.1')]);
  await untilRunning(engine, 'two');
  await untilForgotten(engine, 'one');
  await engine.apply([]);
  await untilForgotten(engine, 'two');
  expect([...host.taken]).toEqual([]);
});

test('a controller whose disk is the image of another domain is waited for', async () => {
  const host = deviceScene();
  const [card] = host.functions.values();
  if (card === undefined) throw new Error('the scene has no card');
  host.functions.set(card.address, { ...card, class: '010802', interfaces: [], storage: [storage('nvme0n1')] });
  const plan: HypervisorAdapter['plan'] = (request) => {
    const outcome = host.adapter.plan(request);
    const images = request.document.spec.disks.map(({ image }, index) => ({ kind: 'image' as const, id: image, mode: 'exclusive' as const, field: `spec.disks[${index}].image` }));
    return outcome.ok ? { ok: true, plan: { ...outcome.plan, claims: [...outcome.plan.claims, ...images] } } : outcome;
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [{ ...host.adapter, plan }] });
  const owner = domain('owner', { hypervisor: 'process', disks: [{ image: '/dev/nvme0n1' }] });
  await engine.apply([owner]);
  await untilRunning(engine, 'owner');
  await engine.apply([owner, guest('web')]);
  const { problem } = await until(engine, 'web', (status) => status.problem?.reason === 'CLAIM_HELD');
  expect(problem?.message).toContain('spec.pci[0]: image /dev/nvme0n1 is in use by owner');
  expect(host.history).toEqual([]);
});

test('a taking that outlives its deadline is over before what it took is given back', async () => {
  const host = deviceScene();
  let slow = true;
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    async takeDevices(ports, claims, layout) {
      if (slow) await sleep(300);
      slow = false;
      await host.adapter.takeDevices?.(ports, claims, layout);
    },
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  await engine.apply([domain('web', { hypervisor: 'process', disks: [], restart: quick, pci: [{ address: '0000:04:00.0' }], deadlines: { prepare: '100ms' } })]);
  await untilRunning(engine, 'web');
  expect(host.history).toEqual(['take 0000:04:00.0', 'take 0000:04:00.1', 'give back 0000:04:00.0', 'give back 0000:04:00.1', 'take 0000:04:00.0', 'take 0000:04:00.1']);
});
