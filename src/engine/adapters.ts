import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import { qemuAdapter } from '../hypervisor-adapters/qemu/index.js';

/** Every hypervisor that Windlass drives, in the order of preference where a document says `auto`. */
export const builtInAdapters: readonly HypervisorAdapter[] = [qemuAdapter];
