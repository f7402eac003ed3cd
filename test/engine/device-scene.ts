/** A host in memory, with two functions of a network card, whose isolation group is one and which a test can put to use. */
import type { PciFunction } from '../../src/effects/ports/pci.js';
import { planPassthrough } from '../../src/hypervisor-adapters/passthrough.js';
import type { HypervisorAdapter, Ports } from '../../src/index.js';
import { networkInterface, pciFunction } from '../support/pci-function.js';
import { domain } from '../support/scenario.js';
import { simulatedHost } from '../support/simulated-host.js';

export interface DeviceScene {
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

/** With an adapter whose devices a test sees go. */
export function deviceScene(): DeviceScene {
  const host = simulatedHost();
  const cards = ['0000:04:00.0', '0000:04:00.1'].map((address) => pciFunction(address, { multifunction: true, driver: 'igb', interfaces: [networkInterface(`eth${address.slice(-1)}`, { up: false })] }));
  const made: DeviceScene = {
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

/** A restart policy that tries again soon. */
export const quick = { policy: 'OnFailure', backoff: { initial: '100ms', max: '100ms' } } as const;
/** A domain that wants a function of the card. */
export const guest = (name: string, address = '0000:04:00.0', power: 'running' | 'halted' = 'running'): ReturnType<typeof domain> => domain(name, { hypervisor: 'process', disks: [], restart: quick, pci: [{ address }], power });
