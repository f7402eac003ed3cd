import type { HostInterface, NetworkFacts } from '../ports/pci.js';
import { type AddressFacts, readAddresses } from './addresses.js';
import { functionsOnPath, type Reading } from './reading.js';

interface Link {
  readonly facts: NetworkFacts;
  /** `bridge`, `bond`, `vlan`, `macvtap` …, as the kernel calls it; `interface` where it calls it nothing. */
  readonly kind: string;
  /** Names of those that are made of it. */
  readonly uppers: readonly string[];
  readonly functions: readonly string[];
}

/** Network interfaces by the PCI functions that they are reached through. */
export async function readInterfaces(reading: Reading, sys: string, proc: string): Promise<ReadonlyMap<string, readonly HostInterface[]>> {
  const directory = `${sys}/class/net`;
  const [addressFacts, names] = await Promise.all([readAddresses(reading, proc), reading.names(directory)]);
  const links = new Map<string, Link>();
  for (const link of await Promise.all(names.map((name) => readLink(reading, directory, name, addressFacts)))) if (link !== undefined) links.set(link.facts.name, link);
  const byFunction = new Map<string, HostInterface[]>();
  for (const { facts, functions } of links.values()) {
    const above = namesAbove(facts.name, links).flatMap((name) => {
      const upper = links.get(name);
      return upper === undefined ? [] : [{ ...upper.facts, kind: upper.kind }];
    });
    for (const address of functions) byFunction.set(address, [...(byFunction.get(address) ?? []), { ...facts, above }]);
  }
  return byFunction;
}

async function readLink(reading: Reading, directory: string, name: string, { addresses, defaultRoutes }: AddressFacts): Promise<Link | undefined> {
  const path = `${directory}/${name}`;
  const flags = await reading.text(`${path}/flags`);
  // Some entries are no interfaces: bonding_masters.
  if (flags === undefined) return undefined;
  const [target = '', entries, event = ''] = await Promise.all([reading.target(path), reading.names(path), reading.text(`${path}/uevent`)]);
  return {
    facts: { name, up: (Number(flags) & 0x1) !== 0, addresses: addresses.get(name) ?? [], defaultRoute: defaultRoutes.has(name) },
    kind: /^DEVTYPE=(.+)$/m.exec(event)?.[1] ?? 'interface',
    uppers: entries.flatMap((entry) => (entry.startsWith('upper_') ? [entry.slice('upper_'.length)] : [])),
    functions: functionsOnPath(target),
  };
}

/** The nearest first. */
function namesAbove(name: string, links: ReadonlyMap<string, Link>): readonly string[] {
  const found = new Set(links.get(name)?.uppers);
  for (const each of found) for (const next of links.get(each)?.uppers ?? []) found.add(next);
  return [...found];
}
