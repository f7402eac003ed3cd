/**
 * Isolation groups: sets of functions that can reach each other, or that the IOMMU cannot tell apart. A guest gets all of a group or none.
 *
 * The kernel's word counts. Where it has none, as in a dom0 of Xen, whose hypervisor keeps the IOMMU to itself, the groups are worked out as
 * Linux would (`pci_device_group`): a function is with the ports above it up to where nothing goes from peer to peer, and with the functions
 * of its own device that are not kept apart. A bridge to conventional PCI, which speaks in the name of what is behind it, isolates nothing:
 * so they are together.
 */
import type { PciFunction } from '../../effects/ports/pci.js';
import { isolates } from './access-control.js';

export interface IsolationGroups {
  /** `kernel`: numbers; `derived`: each is named by the address of its first function. */
  readonly source: 'kernel' | 'derived';
  /** By address of a function; where the kernel has groups, functions that no IOMMU stands before have none. */
  readonly of: ReadonlyMap<string, string>;
}

export function isolationGroups(functions: readonly PciFunction[]): IsolationGroups {
  const told = functions.flatMap(({ address, iommuGroup }) => (iommuGroup === undefined ? [] : [[address, iommuGroup] as const]));
  return told.length > 0 ? { source: 'kernel', of: new Map(told) } : { source: 'derived', of: derivedGroups(functions) };
}

/** A number tells something; a name that is only the address of one of its functions does not. */
export function groupText(group: string): string {
  return group.includes(':') ? 'an isolation group' : `isolation group ${group}`;
}

/** The groups as Linux would make them, whatever the kernel of this host says. */
export function derivedGroups(functions: readonly PciFunction[]): ReadonlyMap<string, string> {
  const byAddress = new Map<string | undefined, PciFunction>(functions.map((one) => [one.address, one]));
  const sets = new DisjointSets();
  for (const one of functions) {
    // Up to where everything goes past the IOMMU.
    const above = bridgesAbove(one, byAddress);
    for (const bridge of above.slice(0, above.findLastIndex((each) => !isolates(each)) + 1)) sets.join(one.address, bridge.address);
    if (!one.multifunction || isolates(one)) continue;
    for (const peer of functions) if (slotOf(peer) === slotOf(one) && !isolates(peer)) sets.join(one.address, peer.address);
  }
  return new Map(functions.map(({ address }) => [address, sets.firstOf(address)]));
}

/** From the nearest to that on the root bus. */
function bridgesAbove({ parent }: PciFunction, byAddress: ReadonlyMap<string | undefined, PciFunction>): readonly PciFunction[] {
  const bridges: PciFunction[] = [];
  for (let bridge = byAddress.get(parent); bridge !== undefined && !bridges.includes(bridge); bridge = byAddress.get(bridge.parent)) bridges.push(bridge);
  return bridges;
}

function slotOf({ address }: PciFunction): string {
  return address.slice(0, address.lastIndexOf('.'));
}

/** A set is known by its first member in the order of text, which is that of addresses. */
class DisjointSets {
  /** Of a member that has been joined: one before it. */
  readonly #first = new Map<string, string>();

  firstOf(member: string): string {
    const above = this.#first.get(member) ?? member;
    return above === member ? member : this.firstOf(above);
  }

  join(one: string, other: string): void {
    const [first = one, second = other] = [this.firstOf(one), this.firstOf(other)].sort();
    this.#first.set(second, first);
  }
}
