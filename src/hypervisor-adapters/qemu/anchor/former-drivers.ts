/**
 * What the functions that this engine has taken from the host were bound to: one file each, written before anything is taken, so that another
 * engine can give back what one that was killed has taken.
 */
import { z } from 'zod';
import type { PciBinding } from '../../../effects/ports/pci-drivers.js';
import type { Ports } from '../../../effects/ports.js';

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

/** Below the root of the state directory: a function outlives the domain that has it. */
export function formerDrivers(ports: Ports, root: string): FormerDrivers {
  const directory = `${root}/taken-devices`;
  const path = (address: string): string => `${directory}/${address}.json`;
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
      return names.flatMap((name) => /^([0-9a-f:.]+)\.json$/.exec(name)?.[1] ?? []);
    },
    forget: (address) => ports.files.remove(path(address)),
  };
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
