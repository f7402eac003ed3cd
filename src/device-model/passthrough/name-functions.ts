import type { PciSpec } from '../../documents/domain-spec.js';
import type { PciFunction } from '../../effects/ports/pci.js';
import type { PassthroughProblem } from './choose-functions.js';
import { joinsBuses } from './host-needs.js';
import type { IsolationGroups } from './isolation-groups.js';

/** What an entry of the document means on this host. */
export interface NamedFunctions {
  /** `spec.pci[0]` */
  readonly field: string;
  /** One at least. */
  readonly functions: readonly PciFunction[];
}

export function nameFunctions(entry: PciSpec, field: string, functions: readonly PciFunction[], groups: IsolationGroups): NamedFunctions | PassthroughProblem {
  if ('address' in entry) {
    const found = functions.filter(({ address }) => address === entry.address);
    return found.length > 0 ? { field, functions: found } : notFound(`${field}.address`, `this host has no PCI function ${entry.address}`, 'lspci -D lists those that it has');
  }
  if ('group' in entry) {
    const found = functions.filter((one) => groups.of.get(one.address) === entry.group && !joinsBuses(one));
    if (found.length > 0) return { field, functions: found };
    const named = groups.source === 'kernel' ? 'the kernel numbers them' : 'here, the kernel numbers none, and a group is called by the address of its first function';
    return notFound(`${field}.group`, `this host has no isolation group ${entry.group} with a device in it: ${named}`, 'give an address');
  }
  const found = functions.filter(({ label }) => label === entry.label);
  if (found.length === 1) return { field, functions: found };
  if (found.length > 1) {
    const addresses = found.map(({ address }) => address).join(', ');
    return { field: `${field}.label`, code: 'PLAN_DEVICE_AMBIGUOUS', message: `the firmware calls ${found.length} functions "${entry.label}": ${addresses}`, cure: 'give an address' };
  }
  const labels = [...new Set(functions.flatMap(({ label }) => label ?? []))];
  return notFound(`${field}.label`, `the firmware of this host calls no PCI function "${entry.label}"`, labels.length === 0 ? 'give an address' : `give an address, or one of: ${labels.join(', ')}`);
}

/** It may be plugged in later, as a disk may. */
function notFound(field: string, message: string, cure: string): PassthroughProblem {
  return { field, code: 'PLAN_DEVICE_NOT_FOUND', message, cure, retryable: true };
}
