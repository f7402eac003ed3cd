import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import { qemuAdapter } from '../hypervisor-adapters/qemu/index.js';
import { xenAdapter } from '../hypervisor-adapters/xen/index.js';

/** Every hypervisor that Windlass drives, in the order of preference where a document says `auto`: who booted Xen wants it used. */
export const builtInAdapters: readonly HypervisorAdapter[] = [xenAdapter, qemuAdapter];
