import type { DomainSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';

/** A wish that the schema allows and this adapter does not fulfil yet. */
interface Unserved {
  /** Path of the field, with `[]` for any item. */
  readonly field: string;
  /** Paths of the places where the document asks for it. */
  readonly asked: (spec: DomainSpec) => readonly string[];
  readonly why: string;
  readonly cure?: string;
}

/** Every field that is refused, and the only place that says so. A test walks the schema and finds each field here or served. */
export const unserved: readonly Unserved[] = [
  { field: 'spec.cpu.pinning', asked: (spec) => when(spec.cpu.pinning.length > 0, 'spec.cpu.pinning'), why: 'vCPUs are not pinned yet' },
  { field: 'spec.memory.max', asked: (spec) => when(spec.memory.max !== spec.memory.size, 'spec.memory.max'), why: 'guest memory cannot grow yet', cure: 'leave it out, or make it equal to size' },
  { field: 'spec.disks[].backend', asked: (spec) => places(spec.disks, 'spec.disks', 'backend', ({ backend }) => backend === 'vhost-user'), why: 'no vhost-user block process is started yet', cure: 'use backend: auto' },
  { field: 'spec.shares[].protocol', asked: (spec) => places(spec.shares, 'spec.shares', 'protocol', ({ protocol }) => protocol === 'virtiofs'), why: 'virtiofsd is not started yet', cure: 'use protocol: 9p' },
  { field: 'spec.networks[].bridge', asked: (spec) => places(spec.networks, 'spec.networks', 'bridge', ({ bridge }) => bridge !== undefined), why: 'taps are not put on bridges yet', cure: 'leave it out, and put the tap on the bridge yourself' },
  { field: 'spec.serial[].type', asked: (spec) => places(spec.serial, 'spec.serial', 'type', ({ type }) => type === 'pty'), why: 'pseudo terminals are not served yet', cure: 'use type: socket' },
  { field: 'spec.tpm', asked: (spec) => when(spec.tpm !== undefined, 'spec.tpm'), why: 'swtpm is not started yet' },
  { field: 'spec.can', asked: (spec) => places(spec.can, 'spec.can', undefined, () => true), why: 'CAN buses are not served yet' },
  { field: 'spec.cloudInit', asked: (spec) => when(spec.cloudInit !== undefined, 'spec.cloudInit'), why: 'no seed image is made yet', cure: 'give a seed image as a disk' },
  { field: 'spec.probes.ready.vsock', asked: (spec) => when('vsock' in spec.probes.ready, 'spec.probes.ready.vsock'), why: 'the engine cannot dial vsock', cure: 'use a TCP port that is forwarded into the guest' },
  { field: 'spec.probes.live.check.vsock', asked: (spec) => when(spec.probes.live !== undefined && 'vsock' in spec.probes.live.check, 'spec.probes.live.check.vsock'), why: 'the engine cannot dial vsock', cure: 'use a TCP port that is forwarded into the guest' },
  { field: 'spec.limits.cpu', asked: (spec) => when(spec.limits.cpu !== undefined, 'spec.limits.cpu'), why: 'host resources are not limited yet' },
  { field: 'spec.limits.memory', asked: (spec) => when(spec.limits.memory !== undefined, 'spec.limits.memory'), why: 'host resources are not limited yet' },
  { field: 'spec.limits.pids', asked: (spec) => when(spec.limits.pids !== undefined, 'spec.limits.pids'), why: 'host resources are not limited yet' },
];

/** One PLAN_FIELD_UNSERVED for each place of the document that asks for something in the table. */
export function unservedFields(spec: DomainSpec): readonly PlanProblem[] {
  return unserved.flatMap(({ asked, why, cure }) =>
    asked(spec).map((field) => ({
      field,
      code: 'PLAN_FIELD_UNSERVED',
      message: `not served by the qemu adapter: ${why}`,
      ...(cure === undefined ? {} : { cure }),
    })),
  );
}

function when(asked: boolean, field: string): readonly string[] {
  return asked ? [field] : [];
}

function places<Item>(items: readonly Item[], list: string, leaf: string | undefined, asks: (item: Item) => boolean): readonly string[] {
  return items.flatMap((item, index) => (asks(item) ? [`${list}[${index}]${leaf === undefined ? '' : `.${leaf}`}`] : []));
}
