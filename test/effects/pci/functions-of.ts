import { pciPort } from '../../../src/effects/pci-functions.js';
import type { PciFunction } from '../../../src/effects/ports/pci.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { hostTree, type HostTree } from './host-tree.js';

/** The functions of a host that a test lays out, by address. */
export async function functionsOf(layOut: (tree: HostTree) => void): Promise<{ readonly of: (address: string) => PciFunction; readonly unknown: readonly string[] }> {
  await using directory = await temporaryDirectory();
  layOut(hostTree(directory.path));
  const { functions, unknown } = await pciPort(directory.path).survey();
  const of = (address: string): PciFunction => {
    const found = functions.find((one) => one.address === address);
    if (found === undefined) throw new Error(`there is no ${address}`);
    return found;
  };
  return { of, unknown };
}
