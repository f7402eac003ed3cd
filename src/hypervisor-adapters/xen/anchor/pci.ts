/** Gives PCI functions of the host to pciback, from which Xen's guests take them, and back to the drivers that had them. */
import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import type { Claim } from '../../contract/claim.js';
import type { StateLayout } from '../../contract/state-layout.js';
import { addressesIn, claimsOnRemembered, eachInTurn, type FormerDrivers, formerDrivers } from '../../taken-devices.js';
import type { Xl } from '../channel/xl/xl.js';
import { toolstackOf } from './toolstack.js';

const pciback = 'pciback';
const formerOf = (ports: Ports, { root }: Pick<StateLayout, 'root'>): FormerDrivers => formerDrivers(ports, root, '.xen.json');

/** Those that the host's owner has made assignable are so already, and are not remembered. */
export async function takeDevices(ports: Ports, claims: readonly Claim[], layout: StateLayout): Promise<void> {
  const addresses = addressesIn(claims);
  if (addresses.length === 0) return;
  const former = formerOf(ports, layout);
  const xl = await xlOf(ports);
  const assignable = await xl.pciAssignableList();
  for (const address of addresses) {
    if (assignable.includes(address)) continue;
    const now = await ports.pciDrivers.binding(address);
    if (now === undefined) throw new WindlassError('PCI_DEVICE_GONE', `there is no PCI function ${address} any more`, { field: 'spec.pci', retryable: true });
    // One that an engine has left half taken does not tell any more what it had.
    if (now.driver !== undefined || (await former.recall(address)) === undefined) await former.remember(address, now);
    await xl.pciAssignableAdd(address);
  }
}

/** Those that an engine of this state directory has taken. What somebody else has made assignable stays so. */
export async function giveBackDevices(ports: Ports, claims: readonly Claim[], layout: Pick<StateLayout, 'root'>): Promise<void> {
  const former = formerOf(ports, layout);
  const remembered = new Set(await former.remembered());
  const addresses: string[] = [];
  for (const address of addressesIn(claims).filter((one) => remembered.has(one))) {
    // Taken before the host was booted anew, perhaps without Xen: there is nothing left to give back.
    if ((await former.recall(address)) === undefined) await former.forget(address);
    else addresses.push(address);
  }
  if (addresses.length === 0) return;
  const xl = await xlOf(ports);
  const assignable = await xl.pciAssignableList();
  await eachInTurn(addresses, (address) => giveBack({ ports, former, xl }, address, assignable.includes(address)));
}

export function takenDevices(ports: Ports, layout: Pick<StateLayout, 'root'>): Promise<readonly Claim[]> {
  return claimsOnRemembered(formerOf(ports, layout));
}

interface Scope {
  readonly ports: Ports;
  readonly former: FormerDrivers;
  readonly xl: Xl;
}

async function giveBack({ former, ports, xl }: Scope, address: string, isAssignable: boolean): Promise<void> {
  const had = await former.recall(address);
  if (had !== undefined) {
    if (isAssignable) await xl.pciAssignableRemove(address);
    const now = await ports.pciDrivers.binding(address);
    if (now?.driver === pciback) {
      const message = `${address} is still with pciback: a domain of Xen has it`;
      throw new WindlassError('PCI_DRIVER_REFUSED', message, { field: 'spec.pci', retryable: true, cure: `see xl pci-list, or remove ${former.path(address)} to leave it as it is` });
    }
    // An engine, or xl, was killed when it had taken it from its driver and told nobody whose it was.
    if (now !== undefined && now.driver === undefined && had.driver !== undefined) await ports.pciDrivers.bind(address, had.driver);
  }
  await former.forget(address);
}

async function xlOf(ports: Ports): Promise<Xl> {
  const toolstack = await toolstackOf(ports);
  if (toolstack === undefined) throw new WindlassError('XL_MISSING', 'there is no xl to assign PCI devices with', { field: 'spec.pci', retryable: true });
  return toolstack.xl;
}
