/** Which addresses and default routes the interfaces have, as procfs tells: Node's own list leaves out interfaces without a link. */
import type { Reading } from './reading.js';

export interface AddressFacts {
  /** By interface; without those that are good on the link only. */
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** Interfaces that a default route leaves by. */
  readonly defaultRoutes: ReadonlySet<string>;
}

export async function readAddresses(reading: Reading, proc: string): Promise<AddressFacts> {
  const [routes = '', trie = '', inet6 = '', routes6 = ''] = await Promise.all(['route', 'fib_trie', 'if_inet6', 'ipv6_route'].map((name) => reading.text(`${proc}/net/${name}`)));
  const table = routesOf(routes);
  const addresses = new Map<string, string[]>();
  const note = (name: string, address: string): void => void addresses.set(name, [...(addresses.get(name) ?? []), address]);
  for (const address of localAddresses(trie)) {
    const name = interfaceOf(address, table);
    if (name !== undefined) note(name, address);
  }
  for (const { address, name } of globalAddresses(inet6)) note(name, address);
  const defaults = table.filter(({ destination, mask }) => destination === 0 && mask === 0).map(({ name }) => name);
  return { addresses, defaultRoutes: new Set([...defaults, ...defaultRoutes6(routes6)]) };
}

interface Route {
  readonly name: string;
  readonly destination: number;
  readonly mask: number;
  readonly direct: boolean;
}

/** /proc/net/route: numbers in the byte order of the machine, hence read as little endian. */
function routesOf(text: string): readonly Route[] {
  return text.split('\n').slice(1).flatMap((line): Route[] => {
    const [name = '', destination = '', , flags = '', , , , mask = ''] = line.split('\t').map((field) => field.trim());
    const set = Number.parseInt(flags, 16);
    // RTF_UP, and not RTF_REJECT; RTF_GATEWAY is what leads further.
    return name === '' || (set & 0x1) === 0 || (set & 0x200) !== 0 ? [] : [{ name, destination: swapped(destination), mask: swapped(mask), direct: (set & 0x2) === 0 }];
  });
}

function swapped(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE(0);
}

/** /proc/net/fib_trie: an address of this host is a leaf with a line `/32 host LOCAL` under it. */
function localAddresses(text: string): readonly string[] {
  const found = new Set<string>();
  let leaf = '';
  for (const line of text.split('\n')) {
    leaf = /\|-- ([\d.]+)/.exec(line)?.[1] ?? leaf;
    if (/\/32 host LOCAL/.test(line) && !leaf.startsWith('127.') && !leaf.startsWith('169.254.')) found.add(leaf);
  }
  return [...found];
}

/** The table does not say whose an address is: the interface of the narrowest network that it is in, without a gateway. */
function interfaceOf(address: string, table: readonly Route[]): string | undefined {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const around = table.filter(({ destination, direct, mask }) => direct && mask !== 0 && ((value & mask) >>> 0) === destination);
  return around.sort((one, other) => other.mask - one.mask)[0]?.name;
}

/** /proc/net/if_inet6: address, index, length of the prefix, scope (0 is global), flags, name. */
function globalAddresses(text: string): readonly { readonly name: string; readonly address: string }[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', , , scope = '', , name = ''] = line.trim().split(/\s+/);
    return name === '' || Number.parseInt(scope, 16) !== 0 ? [] : [{ name, address: shortened(address) }];
  });
}

function shortened(address: string): string {
  return new URL(`http://[${address.replaceAll(/(.{4})(?=.)/g, '$1:')}]`).hostname.slice(1, -1);
}

/** /proc/net/ipv6_route, of all tables: destination and its length first, flags and the interface last. */
function defaultRoutes6(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const flags = Number.parseInt(fields.at(-2) ?? '', 16);
    const name = fields.at(-1) ?? '';
    const everywhere = /^0+$/.test(fields[0] ?? '') && fields[1] === '00';
    return everywhere && (flags & 0x1) !== 0 && (flags & 0x200) === 0 && name !== 'lo' ? [name] : [];
  });
}
