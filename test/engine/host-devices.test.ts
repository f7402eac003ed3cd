/** What a domain takes from the host, on a host in memory whose network cards a test can put to use. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PciFunction } from '../../src/effects/ports/pci.js';
import type { HypervisorAdapter, Ports } from '../../src/index.js';
import { planPassthrough } from '../../src/hypervisor-adapters/passthrough.js';
import { WindlassError } from '../../src/errors.js';
import { networkInterface, pciFunction, storage } from '../support/pci-function.js';
import { domain, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { simulatedHost } from '../support/simulated-host.js';

interface Scene {
  readonly ports: Ports;
  readonly adapter: HypervisorAdapter;
  /** Functions as the host has them now; a test changes them. */
  readonly functions: Map<string, PciFunction>;
  /** Functions that are taken now. */
  readonly taken: Set<string>;
  /** `take 0000:04:00.0`, `give back 0000:04:00.0`, in their order. */
  readonly history: string[];
  /** Comes before each function is taken. */
  beforeTaking: (address: string) => void;
  beforePlanEnds: () => void;
}

/** An adapter whose devices a test sees go: two functions of one card, whose isolation group is one. */
function scene(): Scene {
  const host = simulatedHost();
  const cards = ['0000:04:00.0', '0000:04:00.1'].map((address) => pciFunction(address, { multifunction: true, driver: 'igb', interfaces: [networkInterface(`eth${address.slice(-1)}`, { up: false })] }));
  const made: Scene = {
    functions: new Map(cards.map((card) => [card.address, card])),
    taken: new Set(),
    history: [],
    beforeTaking: () => undefined,
    beforePlanEnds: () => undefined,
    ports: { ...host.ports, pci: { survey: () => Promise.resolve({ functions: [...made.functions.values()], unknown: [] }) } },
    adapter: {
      ...host.adapter,
      plan(request) {
        const outcome = host.adapter.plan(request);
        const { claims, problems } = planPassthrough(request);
        if (problems.length > 0 || !outcome.ok) return { ok: false, problems };
        made.beforePlanEnds();
        return { ok: true, plan: { ...outcome.plan, claims } };
      },
      async takeDevices(_, claims) {
        for (const { id, kind } of claims) {
          if (kind !== 'pci') continue;
          await Promise.resolve();
          made.beforeTaking(id);
          made.taken.add(id);
          made.history.push(`take ${id}`);
        }
      },
      giveBackDevices(_, claims) {
        for (const { id } of claims) if (made.taken.delete(id)) made.history.push(`give back ${id}`);
        return Promise.resolve();
      },
    },
  };
  return made;
}

const comesUp = (one: PciFunction): PciFunction => ({ ...one, interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5'], defaultRoute: true })] });
const quick = { policy: 'OnFailure', backoff: { initial: '100ms', max: '100ms' } } as const;
const guest = (name: string, address = '0000:04:00.0', power: 'running' | 'halted' = 'running'): ReturnType<typeof domain> => domain(name, { hypervisor: 'process', disks: [], restart: quick, pci: [{ address }], power });

test('a network card that the host uses is refused by name, nothing is touched, and the domain starts once it is free', async () => {
  const host = scene();
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
  const host = scene();
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
  const host = scene();
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
  const host = scene();
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
  const host = scene();
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
  const host = scene();
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
  const host = scene();
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

test('a device that the host does not take back keeps no run from its end: the domain starts again, and is halted and removed', async () => {
  const host = scene();
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
  const host = scene();
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
  const host = scene();
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
