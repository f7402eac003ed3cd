import { isWithin } from '../../documents/differences.js';
import type { DomainDocument } from '../../documents/domain-spec.js';
import type { ChangeVerdict } from '../contract.js';
import { compareBy, fieldsOfTheEngine } from '../live-fields.js';

/** Everything else needs a new domain for now; vCPUs could be plugged. Memory is ballooned within its `max`, for which a domain is made. */
export const liveFields: readonly string[] = [...fieldsOfTheEngine('xen'), 'spec.memory.size'];

/** Pure. Every leaf that differs, by whether a running domain of Xen can take it. */
export function compare(running: DomainDocument, wanted: DomainDocument): ChangeVerdict {
  return compareBy(liveFields, running, wanted);
}

/** Is the field, or what it is part of, among `liveFields`? */
export function isLive(field: string): boolean {
  return isWithin(field, liveFields);
}
