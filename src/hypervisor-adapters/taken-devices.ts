/**
 * What the functions that this engine has taken from the host were bound to: one file each, written before anything is taken, so that another
 * engine can give back what one that was killed has taken.
 */
import { z } from 'zod';
import type { PciBinding } from '../effects/ports/pci-drivers.js';
import type { Ports } from '../effects/ports.js';
import type { Claim } from './contract/claim.js';

const addressShape = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

const memory = z.object({ bootId: z.string(), driver: z.string().optional(), override: z.string().optional() });

export interface FormerDrivers {
  /** Undefined where nothing is remembered, or only of another boot of the host, or what cannot be read. */
  recall(address: string): Promise<PciBinding | undefined>;
  remember(address: string, binding: PciBinding): Promise<void>;
  forget(address: string): Promise<void>;
  /** Addresses of all of which something is remembered. */
  remembered(): Promise<readonly string[]>;
  /** Where it is remembered. */
  path(address: string): string;
}

/**
 * Below the root of the state directory: a function outlives the domain that has it. Each adapter remembers what it has taken itself, by the ends
 * of its files' names.
 */
export function formerDrivers(ports: Ports, root: string, end: '.json' | '.xen.json'): FormerDrivers {
  const directory = `${root}/taken-devices`;
  const path = (address: string): string => `${directory}/${address}${end}`;
  return {
    path,
    async recall(address) {
      const text = await ports.files.readText(path(address));
      if (text === undefined) return undefined;
      const { bootId } = await ports.host.facts();
      const parsed = memory.safeParse(parsedOrNothing(text));
      if (!parsed.success || parsed.data.bootId !== bootId) return undefined;
      const { driver, override } = parsed.data;
      return { ...(driver === undefined ? {} : { driver }), ...(override === undefined ? {} : { override }) };
    },
    async remember(address, { driver, override }) {
      const { bootId } = await ports.host.facts();
      await ports.files.ensureDirectory(directory, 0o700);
      await ports.files.writeAtomic(path(address), `${JSON.stringify({ bootId, driver, override })}\n`, 0o600);
    },
    async remembered() {
      const names = await ports.files.list(directory);
      return names.filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length)).filter((name) => addressShape.test(name));
    },
    forget: (address) => ports.files.remove(path(address)),
  };
}

export function addressesIn(claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ id, kind }) => (kind === 'pci' ? [id] : []));
}

/** Every function that is remembered, whoever it was taken for. */
export async function claimsOnRemembered(former: FormerDrivers): Promise<readonly Claim[]> {
  return (await former.remembered()).map((id) => ({ kind: 'pci', id, mode: 'exclusive', field: 'spec.pci' }));
}

/** One after the other, and all of them: one that fails keeps no other. Rejects as the first that failed did. */
export async function eachInTurn(addresses: readonly string[], act: (address: string) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const address of addresses) await act(address).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
