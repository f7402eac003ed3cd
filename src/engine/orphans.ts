/** Anchors and state that an earlier engine left and that no document names. Reported, and reaped only where that was asked for. */
import type { RunDetails } from '../actors/run-details.js';
import { readRunDetails } from '../actors/run-details.js';
import type { DiscoveredAnchor } from '../anchors/discover.js';

export interface Orphan {
  readonly name: string;
  readonly hypervisor: string;
  readonly directory: string;
  /** As its record tells; whether it lives is not looked at. Null where no anchor was recorded, or its record cannot be read. */
  readonly pid: number | null;
}

/** What an earlier engine left of a domain. */
export interface Discovered extends Orphan {
  /** Undefined where the record is torn, or not one of this engine. */
  readonly run: RunDetails | undefined;
}

export function discoveredFrom({ directory, hypervisor, name, record }: DiscoveredAnchor): Discovered {
  return { name, hypervisor, directory, pid: record?.identity?.pid ?? null, run: record === undefined ? undefined : detailsIn(record) };
}

function detailsIn(record: object): RunDetails | undefined {
  try {
    return readRunDetails(record);
  } catch {
    // Told as an orphan without details, and looked at closely (with its reason) when a document names it.
    return undefined;
  }
}

export function orphansOf(discovered: ReadonlyMap<string, Discovered>, isNamed: (name: string) => boolean): readonly Orphan[] {
  return [...discovered.values()]
    .filter(({ name }) => !isNamed(name))
    .map(({ directory, hypervisor, name, pid }) => ({ name, directory, hypervisor, pid }));
}
