/** A domain whose hypervisor may run it on without its process: how that process ended is known, whoever finds first that all of it is gone. */
import { expect, test } from 'vitest';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import { domain, startEngine, until } from '../support/scenario.js';
import { simulatedHost } from '../support/simulated-host.js';

test('a build that fails while its channel is opened ended with the exit code of its process, also where the hypervisor is slow to answer', async () => {
  const host = simulatedHost();
  let asked = 0;
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    launch: async (...launched) => {
      const { exited, identity } = await host.adapter.launch(...launched);
      return { identity, exited: exited.then(() => ({ code: 3, signal: null })) };
    },
    connect: (_ports, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    domains: {
      // Who asks first, hears it last.
      presence: async () => {
        if (++asked === 1) await host.ports.clock.sleep(1_000);
        return 'absent';
      },
      destroy: () => Promise.resolve(),
    },
  };
  const engine = await startEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter] });
  await engine.apply([domain('web', { hypervisor: 'process', disks: [], restart: 'Never' })]);
  await until(engine, 'web', ({ anchor }) => anchor !== null);
  for (const pid of host.pids()) host.kill(pid);
  const { lastEnd } = await until(engine, 'web', (status) => status.lastEnd !== null);
  expect(lastEnd).toMatchObject({ cause: 'vmm-exit', exit: { code: 3 } });
  expect(asked).toBeGreaterThan(1);
});
