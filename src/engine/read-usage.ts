/** What domains have taken of the host, asked now: nobody samples it while nobody wants to know. */
import { discoverAnchors } from '../anchors/discover.js';
import { observeAnchor } from '../anchors/observe.js';
import { hostPorts } from '../effects/host-ports.js';
import type { Ports } from '../effects/ports.js';
import type { DomainUsage, HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import { builtInAdapters } from './adapters.js';

/**
 * Of the domain of that name in a state directory, whether an engine runs there or not; undefined where none lives, or nobody can tell.
 * Rejects as `FilePort.list` does.
 */
export async function readUsage(stateDirectory: string, name: string): Promise<DomainUsage | undefined> {
  await using ports = hostPorts();
  return await usageIn(ports, new Map(builtInAdapters.map((adapter) => [adapter.name, adapter])), stateDirectory, name);
}

export async function usageIn(ports: Ports, adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>, root: string, name: string): Promise<DomainUsage | undefined> {
  for (const { hypervisor, layout, name: found } of await discoverAnchors(ports, root)) {
    const adapter = adapters.get(hypervisor);
    if (found !== name || adapter === undefined) continue;
    const finding = await observeAnchor(ports, { adapter, layout });
    if (finding.presence !== 'present') continue;
    return adapter.usage(ports, { identity: finding.identity, marker: finding.record.marker });
  }
  return undefined;
}
