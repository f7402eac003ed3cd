/** Which changes of a document a running anchor takes, as far as all adapters agree. */
import { differences, isWithin } from '../documents/differences.js';
import type { DomainDocument, HypervisorName } from '../documents/domain-spec.js';
import type { ChangeVerdict } from './contract.js';

const hypervisors: readonly HypervisorName[] = ['qemu', 'xen', 'firecracker', 'acrn', 'solo5', 'process'];

/** Fields that the engine alone consumes, and the overrides for other hypervisors: an anchor is not built from them, and takes any change. */
export function fieldsOfTheEngine(own: HypervisorName): readonly string[] {
  return [
    ...['metadata.labels', 'spec.power', 'spec.hypervisor', 'spec.restart', 'spec.onChange', 'spec.probes', 'spec.deadlines', 'spec.memoryOverhead'],
    ...hypervisors.filter((name) => name !== own).map((name) => `spec.${name}`),
  ];
}

/** Pure. Every leaf that differs, by whether it is, or is part of, a live field. */
export function compareBy(liveFields: readonly string[], running: DomainDocument, wanted: DomainDocument): ChangeVerdict {
  const changed = [
    ...differences('metadata', running.metadata, wanted.metadata),
    ...differences('spec', running.spec, wanted.spec),
  ];
  const isLive = (field: string): boolean => isWithin(field, liveFields);
  return { live: changed.filter(isLive), restart: changed.filter((field) => !isLive(field)) };
}
