/** A status made of an anchor's record alone, where no status file can be read. Pure. */
import type { RunDetails } from '../actors/run-details.js';
import { readRunDetails } from '../actors/run-details.js';
import type { RunRecord } from '../anchors/record.js';
import type { DomainStatus } from '../status/status.js';

export interface RecordedHome {
  readonly name: string;
  readonly directory: string;
  /** Undefined where it cannot be read either. */
  readonly record: RunRecord | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** What is not recorded is told as not known; whoever shows it holds it against the host (`observedStatus`). */
export function statusFromRecord({ directory, name, now, record }: RecordedHome): DomainStatus {
  const run = record === undefined ? undefined : detailsIn(record);
  const phase = record?.phase === 'ended' ? 'halted' : 'observing';
  return {
    name,
    phase,
    state: phase,
    conditions: [],
    desired: { power: run?.document.spec.power ?? 'running', removed: false },
    generation: record?.generation ?? 0,
    observedGeneration: record?.generation ?? 0,
    incarnation: record?.incarnation ?? 0,
    failures: run?.failures ?? 0,
    resets: 0,
    anchor: null,
    runState: null,
    rung: null,
    problem: null,
    lastEnd: run?.end ?? null,
    placement: run?.placement ?? null,
    stateDirectory: directory,
    updatedAt: record === undefined ? now : new Date(record.launchedAt).toISOString(),
  };
}

function detailsIn(record: RunRecord): RunDetails | undefined {
  try {
    return readRunDetails(record);
  } catch {
    // Of another kind of engine: its identity is still good for looking whether it lives.
    return undefined;
  }
}
