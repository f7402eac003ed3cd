import { joinParts, part, type Part, type PlanContext } from './part.js';
import { jsonArgument } from './argument.js';

/** Random numbers, cryptography, and the guest's cry for help. */
export function guestServices(context: PlanContext): Part {
  const { spec } = context.document;
  return joinParts([panic, spec.rng ? rng : part({}), spec.crypto ? crypto : part({})]);
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
