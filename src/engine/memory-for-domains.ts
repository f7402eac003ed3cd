import type { HostFacts } from '../effects/ports/host.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';

/** Bytes. What a hypervisor hands out itself; else the host's memory, less what the host needs for itself. */
export async function memoryForDomains(ports: Ports, adapters: readonly HypervisorAdapter[], { memoryBytes }: HostFacts): Promise<number> {
  const told = await Promise.all(adapters.map(({ capacity }) => (capacity === undefined ? Promise.resolve(undefined) : capacity(ports).catch(() => undefined))));
  return told.find((bytes) => bytes !== undefined) ?? Math.max(memoryBytes - 512 * 2 ** 20, memoryBytes / 2);
}
