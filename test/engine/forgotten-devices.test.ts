import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createClaims } from '../../src/anchors/claims.js';
import { giveBackForgottenDevices } from '../../src/engine/forgotten-devices.js';
import type { Discovered } from '../../src/engine/orphans.js';
import type { Claim, HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import { simulatedHost } from '../support/simulated-host.js';

const claim = (id: string): Claim => ({ kind: 'pci', id, mode: 'exclusive', field: 'spec.pci[0]' });
const taken = ['0000:01:00.0', '0000:02:00.0'].map(claim);

/** An adapter with two functions that an engine has taken. */
function scene(): { readonly adapter: HypervisorAdapter; readonly returned: string[]; readonly ports: ReturnType<typeof simulatedHost>['ports'] } {
  const host = simulatedHost();
  const returned: string[] = [];
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    takenDevices: () => Promise.resolve(taken),
    giveBackDevices(_, claims) {
      returned.push(...claims.map(({ id }) => id));
      return Promise.resolve();
    },
  };
  return { adapter, returned, ports: host.ports };
}

const usual = { root: '/s', discovered: [], logger: pino({ level: 'silent' }) };

describe('devices that an engine had taken when it was killed', () => {
  test('are given back by the next one, but for those that an anchor may hold', async () => {
    const { adapter, ports, returned } = scene();
    const claims = createClaims();
    claims.adopt('web', [claim('0000:01:00.0')]);
    await giveBackForgottenDevices({ ...usual, ports, claims, adapters: [adapter] });
    expect(returned).toEqual(['0000:02:00.0']);
  });

  test('stay while a record cannot be read: what it claims is unknown', async () => {
    const { adapter, ports, returned } = scene();
    const unreadable = { name: 'web', hypervisor: adapter.name, run: undefined } as unknown as Discovered;
    await giveBackForgottenDevices({ ...usual, ports, claims: createClaims(), adapters: [adapter], discovered: [unreadable] });
    expect(returned).toEqual([]);
  });

  test('do not keep an engine from starting where they cannot be given back', async () => {
    const { adapter, ports } = scene();
    const failing: HypervisorAdapter = { ...adapter, giveBackDevices: () => Promise.reject(new Error('no')) };
    await expect(giveBackForgottenDevices({ ...usual, ports, claims: createClaims(), adapters: [failing] })).resolves.toBeUndefined();
  });
});
