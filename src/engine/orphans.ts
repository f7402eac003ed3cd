/** Anchors and state that an earlier engine left and that no document names. Reported, and reaped only where that was asked for. */
import type { RecordedRun } from '../actors/run-details.js';
import { readRecordedRun } from '../actors/run-details.js';
import type { DiscoveredAnchor } from '../anchors/discover.js';
import type { AnchorFinding } from '../anchors/observe.js';
import type { Presence } from '../effects/ports/processes.js';
import { messageOf } from '../errors.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';

export interface Orphan {
  readonly name: string;
  readonly hypervisor: string;
  readonly directory: string;
  /** Pid of its anchor, where one lives. Null where none does, or it cannot be told. */
  readonly pid: number | null;
  /** Whether its anchor lives. Unknown is not dead. */
  readonly presence: Presence;
  /** How that is known, or why it is not: a word such as `process-gone`, or a sentence. */
  readonly reason: string;
}

/** What an earlier engine left of a domain. */
export interface Discovered {
  readonly name: string;
  readonly hypervisor: HypervisorName;
  readonly directory: string;
  readonly layout: StateLayout;
  /** Undefined where the record is torn, or not one of this engine; `problem` says why. */
  readonly run: RecordedRun | undefined;
  readonly problem: string | undefined;
  /** Boot of the host that the record is of. */
  readonly bootId: string | undefined;
}

export function discoveredFrom({ directory, hypervisor, layout, name, problem, record }: DiscoveredAnchor): Discovered {
  const home = { name, hypervisor, directory, layout, bootId: record?.bootId };
  if (record === undefined) return { ...home, run: undefined, problem };
  try {
    return { ...home, run: readRecordedRun(record), problem: undefined };
  } catch (thrown) {
    // Looked at closely (with its reason) when a document names it.
    return { ...home, run: undefined, problem: messageOf(thrown) };
  }
}

export function orphanFrom({ directory, hypervisor, name }: Pick<Discovered, 'name' | 'directory' | 'hypervisor'>, finding: AnchorFinding): Orphan {
  const home = { name, hypervisor, directory };
  switch (finding.presence) {
    case 'present':
      return { ...home, pid: finding.identity?.pid ?? null, presence: 'present', reason: 'process-alive' };
    case 'absent':
      return { ...home, pid: null, presence: 'absent', reason: finding.why };
    case 'unknown':
      return { ...home, pid: null, presence: 'unknown', reason: finding.reason };
  }
}
