/** What the host itself does with a function: one phrase, and what frees it. Undefined: nothing that is known of. */
import type { HostInterface, HostStorage, NetworkFacts, PciFunction } from '../../effects/ports/pci.js';

export interface HostNeed {
  /** Completes the sentence "0000:03:00.0 …". */
  readonly what: string;
  /** What the operator does to free it; left out where nothing does. */
  readonly cure?: string;
}

/** Drivers that only keep a function for others. What is bound to them has nothing of the host on it. */
const keepers: readonly string[] = ['vfio-pci', 'pciback', 'pci-stub', 'uio_pci_generic'];

export function hostNeeds(one: PciFunction): HostNeed | undefined {
  return bridgeNeed(one) ?? first(one.interfaces, interfaceNeed) ?? first(one.storage, storageNeed) ?? virtualFunctionsNeed(one) ?? consoleNeed(one) ?? hiddenInterface(one);
}

function first<Item>(items: readonly Item[], need: (item: Item) => HostNeed | undefined): HostNeed | undefined {
  for (const item of items) {
    const found = need(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Bridges between buses stay, whoever gets what is behind them. */
export function joinsBuses({ class: code }: PciFunction): boolean {
  return code.startsWith('0600') || code.startsWith('0604');
}

/** The bridge to the board's own devices, and what else the chip set calls a bridge. */
function bridgeNeed({ class: code }: PciFunction): HostNeed | undefined {
  return code.startsWith('06') ? { what: "is a bridge, and part of the host's own board" } : undefined;
}

/** One that is up is in use, whatever it carries: it may be about to get its address. */
function interfaceNeed({ above, name, ...facts }: HostInterface): HostNeed | undefined {
  const reached = reachedBy([facts, ...above]);
  const free = `choose another, or take ${name} out of use first`;
  const [over] = above;
  if (over !== undefined) {
    const carries = over.kind === 'bridge' ? `${name}, a port of the bridge ${over.name}` : `${name}, of which the host has made ${over.name}`;
    return { what: `carries ${carries}${reached === '' ? '' : `, through which the host is reached (${reached})`}`, cure: free };
  }
  if (reached !== '') return { what: `carries ${name}, through which the host is reached (${reached})`, cure: free };
  return facts.up ? { what: `carries ${name}, which is up`, cure: `choose another, or take ${name} out of use first (ip link set ${name} down)` } : undefined;
}

function reachedBy(all: readonly Omit<NetworkFacts, 'name'>[]): string {
  const route = all.some(({ defaultRoute }) => defaultRoute) ? ['default route'] : [];
  return [...route, ...new Set(all.flatMap(({ addresses }) => addresses))].join(', ');
}

function storageNeed({ fileSystem, holders, mounts, name, pool, swap }: HostStorage): HostNeed | undefined {
  const by = holders.length === 0 ? '' : ` by way of ${holders.join(', ')}`;
  const [mount] = mounts;
  if (mount !== undefined) return { what: `carries ${name}, mounted at ${mount}${by}`, cure: `choose another, or unmount ${mount} first` };
  if (swap) return { what: `carries ${name}, which the host swaps to${by}`, cure: `choose another, or swapoff first` };
  if (holders.length > 0) return { what: `carries ${name}, which ${holders.join(', ')} ${holders.length === 1 ? 'is' : 'are'} made of`, cure: 'choose another, or stop what is made of it first' };
  if (fileSystem !== undefined) return { what: `carries ${name}, whose ${fileSystem} somebody has mounted elsewhere`, cure: 'choose another, or unmount it first' };
  return pool ? { what: `carries ${name}, which belongs to a pool of ZFS`, cure: 'choose another, or export the pool first' } : undefined;
}

/** Its driver serves them, and they go when it goes. */
function virtualFunctionsNeed({ address, virtualFunctions }: PciFunction): HostNeed | undefined {
  if (virtualFunctions.length === 0) return undefined;
  return { what: `has virtual functions (${virtualFunctions.join(', ')})`, cure: `choose one of these, or remove them first (echo 0 > /sys/bus/pci/devices/${address}/sriov_numvfs)` };
}

function consoleNeed({ address, bootDisplay, consoles, frameBuffers }: PciFunction): HostNeed | undefined {
  const [console] = consoles;
  if (console !== undefined) return { what: `carries ${console}, a console of the host`, cure: 'choose another, or take it off the kernel’s command line' };
  const shown = frameBuffers.find((name) => bootDisplay || name === 'fb0');
  return shown === undefined ? undefined : { what: `shows the host's console (${shown})`, cure: `choose another, or take its driver off it first (echo ${address} > /sys/bus/pci/devices/${address}/driver/unbind)` };
}

/** A driver of network cards makes an interface, and where none is seen, another network namespace may have it: unknown is not free. */
function hiddenInterface({ address, class: code, driver, interfaces }: PciFunction): HostNeed | undefined {
  if (!code.startsWith('02') || driver === undefined || keepers.includes(driver) || interfaces.length > 0) return undefined;
  return {
    what: `is a network card under the driver ${driver}, and its interface is not to be seen: another network namespace may use it`,
    cure: `choose another, or take its driver off it first (echo ${address} > /sys/bus/pci/devices/${address}/driver/unbind)`,
  };
}
