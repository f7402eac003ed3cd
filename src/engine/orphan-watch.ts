/**
 * Looks, once the first documents say what is wanted, at everything else that an earlier engine left. What is of an earlier boot of the
 * host is cleaned; the rest is told of, and retired through its own machine where the engine was asked to reap. What cannot be
 * understood is only ever told of. An anchor of which it cannot be told whether it lives is looked at again until it can.
 */
import type { AnchorHome } from '../anchors/home.js';
import { anchorHome } from '../anchors/home.js';
import { type AnchorFinding, observeAnchor } from '../anchors/observe.js';
import type { RecordedRun } from '../actors/run-details.js';
import type { Ports } from '../effects/ports.js';
import type { Presence } from '../effects/ports/processes.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { EventLog } from '../status/event-log.js';
import type { Clearing, Standing } from './clearing.js';
import type { Leftovers } from './leftovers.js';
import { createLookingAgain } from './looking-again.js';
import { clearNeverLaunched } from './never-launched.js';
import type { Discovered, Orphan } from './orphans.js';
import { orphanFrom } from './orphans.js';

export interface OrphanWatchOptions {
  readonly ports: Ports;
  readonly adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>;
  readonly root: string;
  /** Of the host now. */
  readonly bootId: string;
  readonly policy: 'report' | 'reap';
  readonly discovered: Map<string, Discovered>;
  /** Does a document name it? */
  readonly isNamed: (name: string) => boolean;
  /** Does a machine act for it, be it only to end it? */
  readonly isSupervised: (name: string) => boolean;
  /** Of what is left in a directory of a domain of this name. */
  readonly standing: (name: string, directory: string) => Standing;
  readonly log: EventLog;
  readonly leftovers: Leftovers;
  readonly clearing: Clearing;
  /** Halts and forgets it through its own machine. */
  readonly retire: (name: string, run: RecordedRun) => void;
  /** The list is another. */
  readonly changed: () => void;
  /** It is certain that no anchor holds what its record claims. */
  readonly release: (name: string) => void;
}

export interface OrphanWatch {
  /** By name. */
  list(): readonly Orphan[];
  /** Documents were applied: the first time, everything left is looked at. Resolves when that is told; never rejects. */
  documentsApplied(): Promise<void>;
  /** Nobody supervises orphans: who waits for what one of them holds looks whether it still does. Never rejects. */
  lookAgain(): Promise<void>;
  /** The domain is gone, and nothing of it is left. */
  gone(name: string): void;
  /** Looks at nothing any more. Resolves once what is being looked at is. */
  letGo(): Promise<void>;
}

export function createOrphanWatch({ adapters, bootId, changed, clearing, discovered, isNamed, isSupervised, leftovers, log, policy, ports, release, retire, root, standing }: OrphanWatchOptions): OrphanWatch {
  const found = new Map<string, Orphan>();
  const homeOf = ({ hypervisor, layout }: Pick<Discovered, 'hypervisor' | 'layout'>): AnchorHome => anchorHome(adapters, hypervisor, layout);
  let looked: Promise<void> | undefined;

  const cleaned = ({ directory, hypervisor, name }: Pick<Orphan, 'name' | 'hypervisor' | 'directory'>, reason: string): void => {
    discovered.delete(name);
    found.delete(name);
    log.publish('windlass.orphan.cleaned', name, { hypervisor, directory, reason });
    changed();
  };

  /** What an earlier engine had begun to end for want of a document is no orphan of anybody: it is seen to its end. */
  const retireIfDue = ({ name, run }: Discovered, { presence }: AnchorFinding): void => {
    if (run !== undefined && presence !== 'unknown' && !isSupervised(name) && (policy === 'reap' || run.ending?.cause === 'removed')) retire(name, run);
  };

  /** `before`: as it was found by the look before; undefined for the first. */
  const look = async (left: Discovered, before?: Orphan): Promise<void> => {
    const { name } = left;
    const finding = await observeAnchor(ports, homeOf(left));
    // A document may have come to name it while the host was asked, or somebody else have looked.
    if (isNamed(name) || discovered.get(name) !== left || found.get(name) !== before) return;
    if (finding.presence === 'absent') release(name);
    if (finding.presence === 'absent' && left.bootId !== undefined && left.bootId !== bootId && !isSupervised(name)) {
      await clearing.attempt({
        path: left.directory,
        work: async () => {
          await leftovers.remove(name, homeOf(left));
          // A domain of that name may have come, and ended, meanwhile.
          if (discovered.get(name) === left) cleaned(left, 'other-boot');
        },
        standing: () => standing(name, left.directory),
      });
      return;
    }
    const seen = orphanFrom(left, finding);
    const orphan = left.problem === undefined ? seen : { ...seen, reason: left.problem };
    const { directory, hypervisor, pid, presence, reason } = orphan;
    if (presence === before?.presence) return;
    found.set(name, orphan);
    if (before === undefined) log.publish('windlass.orphan.found', name, { hypervisor, directory, pid, presence, reason });
    changed();
    if (before === undefined || before.presence === 'unknown') retireIfDue(left, finding);
  };

  const lookAgainAt = async (presences: readonly Presence[]): Promise<void> => {
    await Promise.all(
      unnamed(presences).map(async (orphan) => {
        const left = discovered.get(orphan.name);
        if (left !== undefined) await look(left, orphan);
      }),
    );
  };

  const unnamed = (presences: readonly Presence[]): readonly Orphan[] => [...found.values()].filter(({ name, presence }) => presences.includes(presence) && !isNamed(name));

  const lookingAgain = createLookingAgain(
    ports.clock,
    () => unnamed(['unknown']).length,
    () => lookAgainAt(['unknown']),
  );

  const neverLaunched = (): Promise<void> =>
    clearNeverLaunched({
      ports,
      root,
      policy,
      clearing,
      standing,
      isCaredFor: (name) => isNamed(name) || isSupervised(name) || discovered.has(name),
      remove: async (left) => {
        await leftovers.remove(left.name, homeOf(left));
        cleaned(left, 'never-launched');
      },
    });

  return {
    list: () => [...found.values()].filter(({ name }) => !isNamed(name)).sort((one, other) => (one.name < other.name ? -1 : 1)),
    documentsApplied() {
      for (const name of [...found.keys()].filter(isNamed)) {
        found.delete(name);
        changed();
      }
      looked ??= Promise.all([...[...discovered.values()].filter(({ name }) => !isNamed(name)).map((left) => look(left)), neverLaunched()]).then(() => lookingAgain.begin());
      return looked;
    },
    async lookAgain() {
      await lookAgainAt(['present', 'unknown']);
      lookingAgain.begin();
    },
    gone(name) {
      const orphan = found.get(name);
      discovered.delete(name);
      if (orphan !== undefined) cleaned(orphan, 'reaped');
    },
    letGo: () => lookingAgain.end(),
  };
}
