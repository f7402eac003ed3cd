import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';

/** Where a domain's anchor is looked for. */
export interface AnchorHome {
  readonly layout: StateLayout;
  /** Asked besides the processes where its domains outlive their anchors. Left out: the process is all there is. */
  readonly adapter?: Pick<HypervisorAdapter, 'domains'>;
  /** The recipe's marker if it is known, for a record that cannot be read. */
  readonly marker?: string;
}

/** A home by the name of its hypervisor, which may be one that this engine has no adapter for. */
export function anchorHome(adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>, hypervisor: HypervisorName, layout: StateLayout): AnchorHome {
  const adapter = adapters.get(hypervisor);
  return adapter === undefined ? { layout } : { adapter, layout };
}
