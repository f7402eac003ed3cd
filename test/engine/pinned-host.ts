/** A host in memory whose guests can be pinned to CPUs that a test takes from them, as Xen's planner judges. */
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import { pinning } from '../../src/hypervisor-adapters/xen/render/pinning.js';
import type { ParsedDocument } from '../../src/index.js';
import { domain } from '../support/scenario.js';
import { type SimulatedHost, simulatedHost } from '../support/simulated-host.js';
import { quick } from './device-scene.js';

export interface PinnedHost {
  readonly host: SimulatedHost;
  readonly adapter: HypervisorAdapter;
  /** Those that guests run on now; undefined: nobody can tell. */
  usable: readonly number[] | undefined;
  /** How often they were asked for. */
  surveys: number;
}

/** It has the CPUs 0 and 1. */
export function pinnedHost(): PinnedHost {
  const host = simulatedHost();
  const made: PinnedHost = {
    host,
    usable: [0, 1],
    surveys: 0,
    adapter: {
      ...host.adapter,
      probe: async (...asked) => ({ ...(await host.adapter.probe(...asked)), highestCpu: 1 }),
      cpus: () => {
        made.surveys += 1;
        return Promise.resolve(made.usable === undefined ? { unknown: 'xl did not answer' } : { usable: made.usable });
      },
      plan(request) {
        const { problems } = pinning(request);
        return problems.length > 0 ? { ok: false, problems } : host.adapter.plan(request);
      },
    },
  };
  return made;
}

/** Mebibytes, of at most 256. */
export const pinned = (cpus: readonly number[], mebibytes = 64): ParsedDocument =>
  domain('web', { hypervisor: 'process', disks: [], restart: quick, memory: { size: `${mebibytes}Mi`, max: '256Mi' }, cpu: { count: 1, pinning: [...cpus] } });
