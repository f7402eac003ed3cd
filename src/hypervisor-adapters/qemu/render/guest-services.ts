import type { DomainSpec } from '../../../documents/domain-spec.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';
import { jsonArgument } from './argument.js';

/** Random numbers, cryptography, the guest's cry for help, and who notices that it hangs. */
export function guestServices(context: PlanContext): Part {
  const { spec } = context.document;
  return joinParts([panic, watchdog(context), spec.rng ? rng : part({}), spec.crypto ? crypto : part({})]);
}

const panic = part({
  devices: [
    {
      id: 'panic0',
      class: 'health',
      frontEnd: 'pvpanic',
      placement: { bus: 'isa.0' },
      backEnd: { kind: 'vmm', name: 'qemu' },
      why: 'a guest that panics says so, instead of hanging without a word',
      field: 'spec',
      properties: {},
      wiring: {},
    },
  ],
});

/** What QEMU does by itself when a watchdog runs out: a guest that is to be restarted waits for the engine, which ends its run. */
export function watchdogAction({ watchdog: wanted }: DomainSpec): 'pause' | 'reset' | 'none' {
  const actions = { restart: 'pause', reset: 'reset', report: 'none' } as const;
  return actions[wanted?.onExpiry ?? 'restart'];
}

function watchdog(context: PlanContext): Part {
  const { watchdog: wanted } = context.document.spec;
  if (wanted === undefined) return part({});
  return part({
    devices: [
      {
        id: 'watchdog0',
        class: 'health',
        frontEnd: wanted.model,
        placement: wanted.model === 'ib700' ? { bus: 'isa.0' } : { slot: 'low' },
        backEnd: { kind: 'vmm', name: 'qemu' },
        why: 'a guest that hangs does not feed it, and is noticed by that',
        field: 'spec.watchdog',
        properties: {},
        wiring: {},
      },
    ],
  });
}

const rng = part({
  devices: [
    {
      id: 'rng0',
      class: 'rng',
      frontEnd: 'virtio-rng-pci',
      placement: { slot: 'low' },
      backEnd: { kind: 'vmm', name: 'getrandom' },
      why: 'the host kernel serves getrandom(2) to any process, so that no file has to be opened',
      field: 'spec.rng',
      properties: {},
      wiring: { rng: 'rng-source' },
    },
  ],
  backEnds: [jsonArgument('-object', { 'qom-type': 'rng-builtin', id: 'rng-source' })],
});

const crypto = part({
  devices: [
    {
      id: 'crypto0',
      class: 'crypto',
      frontEnd: 'virtio-crypto-pci',
      placement: { slot: 'low' },
      backEnd: { kind: 'vmm', name: 'cryptodev-builtin' },
      why: 'QEMU encrypts itself; no vhost-user crypto process is served yet',
      field: 'spec.crypto',
      properties: {},
      wiring: { cryptodev: 'crypto-engine' },
    },
  ],
  backEnds: [jsonArgument('-object', { 'qom-type': 'cryptodev-backend-builtin', id: 'crypto-engine' })],
});
