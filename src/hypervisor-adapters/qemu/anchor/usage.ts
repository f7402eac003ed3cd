import type { Ports } from '../../../effects/ports.js';
import type { ProcessIdentity } from '../../../effects/ports/processes.js';
import type { DomainUsage } from '../../contract.js';

/** The QEMU process is the domain: its vCPUs are threads of it, and the guest's memory is part of its own. */
export async function usage(ports: Ports, { identity }: { readonly identity: ProcessIdentity | null }): Promise<DomainUsage | undefined> {
  const used = identity === null ? undefined : await ports.processes.usage(identity);
  return used === undefined ? undefined : { cpuSeconds: used.cpuSeconds, memoryBytes: used.residentBytes, accountedBy: 'anchor' };
}
