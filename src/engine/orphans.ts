/** Anchors and state that an earlier engine left and that no document names. Reported, and reaped only where that was asked for. */
import type { RunRecord } from '../anchors/record.js';

export interface Orphan {
  readonly name: string;
  readonly hypervisor: string;
  readonly directory: string;
  readonly pid: number | null;
}

export interface Discovered {
  readonly name: string;
  readonly directory: string;
  readonly record: RunRecord;
}

export function orphansOf(discovered: ReadonlyMap<string, Discovered>, isNamed: (name: string) => boolean): readonly Orphan[] {
  return [...discovered.values()]
    .filter(({ name }) => !isNamed(name))
    .map(({ directory, name, record }) => ({ name, directory, hypervisor: record.hypervisor, pid: record.identity?.pid ?? null }));
}
