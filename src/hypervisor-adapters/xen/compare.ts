import { differences, isWithin } from '../../documents/differences.js';
import type { DomainDocument } from '../../documents/domain-spec.js';
import type { ChangeVerdict } from '../contract.js';

/**
 * Fields that the engine alone consumes, and those of other hypervisors: they are not in xl.cfg, so that an anchor takes their change as it
 * is. Everything else needs a new anchor for now; memory and vCPUs could be ballooned and plugged.
 */
export const liveFields: readonly string[] = [
  'metadata.labels',
  'spec.power',
  'spec.hypervisor',
  'spec.restart',
  'spec.onChange',
  'spec.probes',
  'spec.deadlines',
  'spec.memoryOverhead',
  'spec.qemu',
  'spec.firecracker',
  'spec.acrn',
  'spec.solo5',
  'spec.process',
];

/** Pure. Every leaf that differs, by whether a running domain can take it. */
export function compare(running: DomainDocument, wanted: DomainDocument): ChangeVerdict {
  const changed = [
    ...differences('metadata', running.metadata, wanted.metadata),
    ...differences('spec', running.spec, wanted.spec),
  ];
  return { live: changed.filter(isLive), restart: changed.filter((field) => !isLive(field)) };
}

/** Is the field, or what it is part of, among `liveFields`? */
export function isLive(field: string): boolean {
  return isWithin(field, liveFields);
}
