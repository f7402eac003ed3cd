import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import type { Claim } from '../../contract.js';
import type { Xenstore } from '../channel/xenstore/store.js';
import { type Toolstack, toolstackOf } from './toolstack.js';

/** Gives PCI functions to pciback, from which Xen's guests take them. Those that the host has reserved at its boot are there already. */
export async function takeDevices(ports: Ports, claims: readonly Claim[]): Promise<void> {
  await withAddresses(ports, claims, async ({ xl }, addresses) => {
    const assignable = await xl.pciAssignableList();
    for (const address of addresses) if (!assignable.includes(address)) await xl.pciAssignableAdd(address);
  });
}

/** Gives PCI functions back to the drivers that they were taken from. What the host itself has reserved for guests stays reserved. */
export async function giveBackDevices(ports: Ports, claims: readonly Claim[]): Promise<void> {
  await withAddresses(ports, claims, async ({ borrowStore, xl }, addresses) => {
    const { letGo, store } = borrowStore();
    try {
      const assignable = await xl.pciAssignableList();
      for (const address of addresses) if (assignable.includes(address) && (await wasTaken(store, address))) await xl.pciAssignableRemove(address);
    } finally {
      letGo();
    }
  });
}

async function withAddresses(ports: Ports, claims: readonly Claim[], act: (toolstack: Toolstack, addresses: readonly string[]) => Promise<void>): Promise<void> {
  const addresses = claims.flatMap(({ id, kind }) => (kind === 'pci' ? [id] : []));
  if (addresses.length === 0) return;
  const toolstack = await toolstackOf(ports);
  if (toolstack === undefined) throw new WindlassError('XL_MISSING', 'there is no xl to assign PCI devices with', { field: 'spec.pci', retryable: true });
  await act(toolstack, addresses);
}

/** Where libxl writes down whose driver it took a function from: PCI_INFO_PATH of libxl_pci.c, before and since Xen 4.15. */
const memories = ['/libxl/pci', '/libxl/pciback'];

async function wasTaken(store: Pick<Xenstore, 'read'>, address: string): Promise<boolean> {
  const drivers = await Promise.all(memories.map((path) => store.read(`${path}/${address.replaceAll(/[:.]/g, '-')}/driver_path`)));
  return drivers.some((driver) => driver !== undefined);
}
