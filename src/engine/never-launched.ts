/** A domain that was prepared but never launched has no record: nothing but files can be left of it. */
import { hypervisorNames, isDomainName, layoutOf } from '../anchors/layout.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import { statusName } from '../status/status-files.js';
import type { Clearing, Standing } from './clearing.js';

export interface NeverLaunched {
  readonly name: string;
  readonly hypervisor: HypervisorName;
  readonly directory: string;
  readonly layout: StateLayout;
}

export interface NeverLaunchedOptions {
  readonly ports: Ports;
  readonly root: string;
  readonly policy: 'report' | 'reap';
  readonly clearing: Clearing;
  /** Does a document, a machine or a record say more about the domain? */
  readonly isCaredFor: (name: string) => boolean;
  /** Of what is left in a directory of a domain of this name. */
  readonly standing: (name: string, directory: string) => Standing;
  readonly remove: (left: NeverLaunched) => Promise<void>;
}

/** Looks for all of them and has them removed. Never rejects: one that fails is tried again by itself. */
export async function clearNeverLaunched({ clearing, isCaredFor, policy, ports, remove, root, standing }: NeverLaunchedOptions): Promise<void> {
  const clear = async (left: NeverLaunched): Promise<void> => {
    // Asked again after the look: documents may have come to name it meanwhile, and its own machine be busy with it.
    if ((await isLeftOver(ports, left.layout, policy)) && !isCaredFor(left.name)) await remove(left);
  };

  const lookIn = async (hypervisor: HypervisorName): Promise<void> => {
    for (const name of (await ports.files.list(`${root}/${hypervisor}`)).filter(isDomainName)) {
      if (isCaredFor(name)) continue;
      const layout = layoutOf(root, hypervisor, name);
      const { directory } = layout;
      await clearing.attempt({ path: directory, work: () => clear({ name, hypervisor, directory, layout }), standing: () => standing(name, directory) });
    }
  };

  await Promise.all(hypervisorNames.map((hypervisor) => clearing.attempt({ path: `${root}/${hypervisor}`, work: () => lookIn(hypervisor), standing: () => 'due' })));
}

/** Is a directory without a record an engine's, and nobody's any more? */
async function isLeftOver({ files }: Ports, layout: StateLayout, policy: 'report' | 'reap'): Promise<boolean> {
  if ((await files.stat(layout.directory))?.kind !== 'directory') return false;
  const names = await files.list(layout.directory);
  const has = (path: string): boolean => names.includes(path.slice(layout.directory.length + 1));
  if (has(layout.record)) return false;
  // An engine died between the removal of the record, which goes last, and that of the directory, or right after making it.
  if (names.length === 0 || names.includes(statusName)) return true;
  // Prepared a moment before the engine died; another tool's files look the same, so that only who asked for reaping has them removed.
  return policy === 'reap' && !has(layout.pid);
}
