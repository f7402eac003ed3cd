import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { type Claims, createClaims } from '../../src/anchors/claims.js';
import { createForgottenDevices, type ForgottenDevices } from '../../src/engine/forgotten-devices.js';
import { createNodeConditions, type NodeConditions } from '../../src/status/node-conditions.js';
import type { Discovered } from '../../src/engine/orphans.js';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import type { Claim } from '../../src/hypervisor-adapters/contract/claim.js';
import { simulatedHost } from '../support/simulated-host.js';

const claim = (id: string): Claim => ({ kind: 'pci', id, mode: 'exclusive', field: 'spec.pci[0]' });
const taken = ['0000:01:00.0', '0000:02:00.0'].map(claim);
const unreadable = { name: 'web', hypervisor: simulatedHost().adapter.name, run: undefined } as unknown as Discovered;

interface Scene {
  readonly devices: ForgottenDevices;
  readonly discovered: Map<string, Discovered>;
  /** What the adapter answers that is asked for what was taken; undefined: the truth. */
  readonly setListing: (listing: (() => Promise<readonly Claim[]>) | undefined) => void;
  readonly claims: Claims;
  readonly conditions: NodeConditions;
  /** Addresses in the order in which their giving back was begun. */
  readonly asked: string[];
  /** Those that the host does not take back. */
  readonly refused: Set<string>;
  /** Pauses that were begun, in milliseconds. */
  readonly pauses: number[];
  /** Ends the pause. */
  readonly tick: () => void;
}

/** An adapter with two functions that an engine has taken, and time in a test's hand. */
function scene(found: readonly Discovered[] = []): Scene {
  const host = simulatedHost();
  const left = new Map(taken.map((one) => [one.id, one]));
  const [asked, pauses]: [string[], number[]] = [[], []];
  const refused = new Set<string>();
  const discovered = new Map(found.map((one) => [one.name, one]));
  let listing: (() => Promise<readonly Claim[]>) | undefined;
  const claims = createClaims();
  const conditions = createNodeConditions(() => 0, () => undefined);
  let pass: () => void = () => undefined;
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    takenDevices: () => listing?.() ?? Promise.resolve([...left.values()]),
    async giveBackDevices(_, given) {
      for (const { id } of given) {
        asked.push(id);
        await setImmediate();
        if (refused.has(id)) throw new Error('the host does not take it');
        left.delete(id);
      }
    },
  };
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      pauses.push(milliseconds);
      pass = resolve;
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  const devices = createForgottenDevices({
    ports: { ...host.ports, clock: { ...host.ports.clock, sleep } },
    root: '/s',
    adapters: new Map([[adapter.name, adapter]]),
    discovered,
    claims,
    conditions,
    logger: pino({ level: 'silent' }),
  });
  return { devices, discovered, setListing: (next) => (listing = next), conditions, claims, asked, refused, pauses, tick: () => pass() };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
};
const [first, second] = ['0000:01:00.0', '0000:02:00.0'] as const;

describe('devices that an engine had taken when it was killed', () => {
  test('are given back by the next one, but for those that an anchor may hold, and there is no timer then', async () => {
    const { asked, claims, devices, pauses } = scene();
    claims.adopt('web', [claim(first)]);
    devices.begin();
    await settled();
    expect(asked).toEqual([second]);
    expect(pauses).toEqual([]);
    await devices.letGo();
  });

  test('stay while a record cannot be read: what it claims is unknown', async () => {
    const { asked, claims, conditions, devices, discovered, tick } = scene([unreadable]);
    claims.adopt('other', [claim(second)]);
    devices.begin();
    await settled();
    expect(asked).toEqual([]);
    const unknown = { status: 'False', reason: 'RECORD_FOREIGN', message: `${first}: the record of web cannot be read, and what it holds is unknown` };
    expect(conditions.all()).toMatchObject([unknown]);
    tick();
    await settled();
    expect(conditions.all()).toMatchObject([unknown]);
    // It is gone, and what it held is nobody's.
    discovered.delete('web');
    tick();
    await settled();
    expect(asked).toEqual([first]);
    expect(conditions.all()).toMatchObject([{ status: 'True' }]);
    await devices.letGo();
  });

  test('are told while it cannot be told which they are, and what was known of them stays', async () => {
    const { asked, conditions, devices, refused, setListing, tick } = scene();
    refused.add(first);
    devices.begin();
    await settled();
    setListing(() => Promise.reject(new Error('the directory cannot be read')));
    tick();
    await settled();
    expect(conditions.all()).toMatchObject([{ status: 'False', message: `${first}: the host does not take it (and 1 more)` }]);
    setListing(undefined);
    refused.clear();
    tick();
    await settled();
    expect(asked).toEqual([first, second, first]);
    expect(conditions.all()).toMatchObject([{ status: 'True' }]);
    await devices.letGo();
  });

  test('are no more said to be given back by an engine that is about to stop than they were', async () => {
    const { asked, conditions, devices, refused } = scene();
    for (const id of [first, second]) refused.add(id);
    devices.begin();
    await settled();
    devices.begin();
    await devices.letGo();
    expect(asked).toEqual([first, second]);
    expect(conditions.all()).toMatchObject([{ status: 'False', message: `${first}: the host does not take it (and 1 more)` }]);
  });

  test('are tried again, ever less often, until the host has them; one keeps no other waiting', async () => {
    const { asked, conditions, devices, pauses, refused, tick } = scene();
    refused.add(first);
    devices.begin();
    await settled();
    tick();
    await settled();
    expect(asked).toEqual([first, second, first]);
    expect(conditions.all()).toMatchObject([{ type: 'DevicesGivenBack', status: 'False', reason: 'DEVICES_NOT_GIVEN_BACK', message: `${first}: the host does not take it` }]);
    refused.clear();
    tick();
    await settled();
    expect(conditions.all()).toMatchObject([{ type: 'DevicesGivenBack', status: 'True' }]);
    expect(asked).toEqual([first, second, first, first]);
    expect(pauses).toEqual([1_000, 2_000]);
    await devices.letGo();
  });

  test('are held while they are given back: a domain that wants one waits until that is over, has it then, and is not disturbed', async () => {
    const { asked, claims, devices, refused, tick } = scene();
    refused.add(first);
    devices.begin();
    // As soon as it is asked, and before the host has answered.
    for (let turn = 0; asked.length === 0 && turn < 100; turn += 1) await Promise.resolve();
    expect(asked).toEqual([first]);
    const waits: string[] = [];
    const got = claims.acquire({ domain: 'web', claims: [claim(first)], signal: new AbortController().signal, onWait: (_, message) => waits.push(message) });
    await got;
    expect(waits).toEqual([`spec.pci[0]: pci ${first} is in use by the host, which gets ${first} back`]);
    await settled();
    tick();
    await settled();
    expect(asked).toEqual([first, second]);
    await devices.letGo();
  });
});

test('devices of a run that is over are nobody’s until what is under way is over, and then they are tried again at once', async () => {
  const { asked, claims, conditions, devices, pauses, refused, tick } = scene();
  refused.add(second);
  let end: () => void = () => undefined;
  devices.keep([claim(first)], { reason: 'DEVICES_NOT_GIVEN_BACK', message: 'its driver is slow' }, new Promise((resolve) => (end = resolve)));
  // A look meanwhile leaves it alone.
  devices.begin();
  await settled();
  expect(asked).toEqual([second]);
  expect(claims.holders(claim(first))).toEqual([`the host, which gets ${first} back`]);
  const told = (): readonly string[] => conditions.all().map(({ message, status }) => `${status}: ${message}`);
  expect(told()).toEqual([`False: ${first}: its driver is slow (and 1 more)`]);
  // The other one is waited for, ever longer; that is no matter of this one.
  tick();
  await settled();
  expect(pauses).toEqual([1_000, 2_000]);
  end();
  await settled();
  expect(asked).toEqual([second, second, first, second]);
  expect(claims.holders(claim(first))).toEqual([]);
  expect(told()).toEqual([`False: ${second}: the host does not take it`]);
  refused.clear();
  tick();
  await settled();
  expect(told()).toEqual(['True: ']);
  expect(pauses).toEqual([1_000, 2_000]);
  await devices.letGo();
});

test('devices of a run whose end comes with that of the engine are left to the next one', async () => {
  const { asked, conditions, devices } = scene();
  let end: () => void = () => undefined;
  devices.keep([claim(first)], { reason: 'DEVICES_NOT_GIVEN_BACK', message: 'its driver is slow' }, new Promise((resolve) => (end = resolve)));
  const letGo = devices.letGo();
  end();
  await letGo;
  expect(asked).toEqual([]);
  expect(conditions.all()).toMatchObject([{ status: 'False', message: `${first}: its driver is slow` }]);
});

test('a device that a domain has got again is no trouble any more', async () => {
  const { claims, conditions, devices, refused, tick } = scene();
  for (const id of [first, second]) refused.add(id);
  devices.begin();
  await settled();
  expect(conditions.all()).toMatchObject([{ status: 'False', message: `${first}: the host does not take it (and 1 more)` }]);
  claims.adopt('web', [claim(first)]);
  tick();
  await settled();
  expect(conditions.all()).toMatchObject([{ status: 'False', message: `${second}: the host does not take it` }]);
  await devices.letGo();
});
