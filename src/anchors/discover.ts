import type { Ports } from '../effects/ports.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import { hypervisorNames, isDomainName, layoutOf } from './layout.js';
import { readRecord, type RunRecord } from './record.js';

/** A state directory with a record in it. Whether the anchor lives is `observeAnchor`'s to find out. */
export interface DiscoveredAnchor {
  readonly name: string;
  readonly hypervisor: HypervisorName;
  readonly directory: string;
  readonly layout: StateLayout;
  /** Undefined when the record cannot be used; `problem` says why. */
  readonly record: RunRecord | undefined;
  readonly problem: string | undefined;
}

/** Everything that earlier engines left below a root, by name within each hypervisor. Rejects as `FilePort.list` does. */
export async function discoverAnchors(ports: Ports, root: string): Promise<readonly DiscoveredAnchor[]> {
  const found = await Promise.all(
    hypervisorNames.map(async (hypervisor) => {
      const names = await ports.files.list(`${root}/${hypervisor}`);
      return Promise.all(names.filter(isDomainName).map((name) => discovered(ports, layoutOf(root, hypervisor, name), hypervisor, name)));
    }),
  );
  return found.flat().filter((one) => one !== undefined);
}

async function discovered(ports: Ports, layout: StateLayout, hypervisor: HypervisorName, name: string): Promise<DiscoveredAnchor | undefined> {
  const reading = await readRecord(ports, layout);
  const { directory } = layout;
  switch (reading.state) {
    case 'none':
      return undefined;
    case 'read':
      return { name, hypervisor, directory, layout, record: reading.record, problem: undefined };
    case 'corrupt':
      return { name, hypervisor, directory, layout, record: undefined, problem: reading.reason };
  }
}
