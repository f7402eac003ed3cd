import { basename } from 'node:path';
import type { Ports } from '../effects/ports.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import { messageOf } from '../errors.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import type { AnchorHome } from './home.js';
import { readRecord, type RecordReading, type RunRecord } from './record.js';

export type AbsenceReason =
  /** No anchor was ever started here, or its state was removed. */
  | 'no-record'
  /** It was confirmed absent before. */
  | 'ended'
  /** The host has been booted since. */
  | 'other-boot'
  | 'process-gone'
  /** Another process has its pid now. */
  | 'pid-reused'
  /** A launch was begun, and no process came of it. */
  | 'never-started';

/** Unknown is not dead: it neither releases anything nor starts anything. */
export type AnchorFinding =
  | { readonly presence: 'absent'; readonly why: AbsenceReason; readonly record?: RunRecord }
  /** The identity is null where the hypervisor runs a domain whose launch was cut short, and its anchor process is gone. */
  | { readonly presence: 'present'; readonly identity: ProcessIdentity | null; readonly record: RunRecord }
  | { readonly presence: 'unknown'; readonly reason: string; readonly record?: RunRecord };

/**
 * Milliseconds before processes are judged by their arguments. Between fork and exec a process carries the arguments of its parent, which
 * takes a few milliseconds on a loaded host: at once, the anchor might not be seen yet, and a child of it be taken for a second one.
 */
const settling = 50;

/** Is the domain's anchor there, or the domain without it? Never rejects. */
export async function observeAnchor(ports: Ports, home: AnchorHome): Promise<AnchorFinding> {
  try {
    const reading = await readRecord(ports, home.layout);
    switch (reading.state) {
      case 'none':
        return { presence: 'absent', why: 'no-record' };
      case 'corrupt':
        return await behindCorruptRecord(ports, home, reading);
      case 'read':
        return await behindRecord(ports, home, reading.record);
    }
  } catch (thrown) {
    return { presence: 'unknown', reason: messageOf(thrown) };
  }
}

async function behindRecord(ports: Ports, home: AnchorHome, record: RunRecord): Promise<AnchorFinding> {
  const { layout } = home;
  if (record.phase === 'ended') return { presence: 'absent', why: 'ended', record };
  const process = record.identity === null ? await interrupted(ports, record) : await launched(ports, record, record.identity);
  const finding = process.presence === 'absent' && process.why !== 'other-boot' ? await withoutProcess(ports, home, record, process) : process;
  if (finding.presence !== 'present') return finding;
  const stranger = await strangeness(ports, layout, record);
  return stranger === undefined ? finding : { presence: 'unknown', reason: stranger, record };
}

async function launched(ports: Ports, record: RunRecord, identity: ProcessIdentity): Promise<AnchorFinding> {
  switch (await ports.processes.presence(identity)) {
    case 'present':
      return { presence: 'present', identity, record };
    case 'absent':
      return { presence: 'absent', why: await whyAbsent(ports, identity), record };
    case 'unknown': {
      // It may be the same process after an exec (a wrapper, a jailer); then it carries the marker.
      const carriers = await ports.processes.findByArgument(record.marker);
      const same = carriers.find(({ pid, startTime }) => pid === identity.pid && startTime === identity.startTime);
      if (same !== undefined) return { presence: 'present', identity: same, record };
      return { presence: 'unknown', reason: `process ${identity.pid} cannot be told for certain to be the anchor`, record };
    }
  }
}

/** There is no anchor process: does the hypervisor run the domain without one? */
async function withoutProcess(ports: Ports, { adapter }: AnchorHome, record: RunRecord, absent: AnchorFinding): Promise<AnchorFinding> {
  switch ((await adapter?.domains?.presence(ports, record.marker)) ?? 'absent') {
    case 'present':
      return { presence: 'present', identity: record.identity, record };
    case 'absent':
      return absent;
    case 'unknown':
      return { presence: 'unknown', reason: 'the hypervisor does not tell whether it still runs the domain', record };
  }
}

async function whyAbsent(ports: Ports, identity: ProcessIdentity): Promise<AbsenceReason> {
  if ((await ports.host.bootId()) !== identity.bootId) return 'other-boot';
  return (await ports.processes.identify(identity.pid)) === undefined ? 'process-gone' : 'pid-reused';
}

/** The engine died between its intent and its record: whether there is a process, only its arguments can tell. */
async function interrupted(ports: Ports, record: RunRecord): Promise<AnchorFinding> {
  if ((await ports.host.bootId()) !== record.bootId) return { presence: 'absent', why: 'other-boot', record };
  const carriers = await carriersOf(ports, record.marker);
  const [one, ...others] = carriers;
  if (one === undefined) return { presence: 'absent', why: 'never-started', record };
  if (others.length === 0) return { presence: 'present', identity: one, record };
  return { presence: 'unknown', reason: severalCarry(carriers), record };
}

/** Processes that carry a marker, for certain: none may have been started in the last moments by an engine that is dead now. */
export async function carriersOf(ports: Ports, marker: string): Promise<readonly ProcessIdentity[]> {
  await ports.clock.sleep(settling);
  return ports.processes.findByArgument(marker);
}

type CorruptReading = Extract<RecordReading, { readonly state: 'corrupt' }>;

async function behindCorruptRecord(ports: Ports, { adapter, layout, marker }: AnchorHome, { empty, reason }: CorruptReading): Promise<AnchorFinding> {
  if (marker !== undefined) {
    const carriers = await carriersOf(ports, marker);
    if (carriers.length === 0 && ((await adapter?.domains?.presence(ports, marker)) ?? 'absent') !== 'absent') {
      return { presence: 'unknown', reason: `${reason}; the hypervisor may still run the domain` };
    }
    return carriers.length === 0 ? { presence: 'absent', why: 'never-started' } : { presence: 'unknown', reason: `${reason}; ${severalCarry(carriers)}` };
  }
  // Without a marker, nothing leads to a domain that has outlived its process.
  if (adapter?.domains !== undefined) return { presence: 'unknown', reason: `${reason}; remove the file once the hypervisor has no such domain` };
  const pid = Number((await ports.files.readText(layout.pid)) ?? '');
  const written = Number.isSafeInteger(pid) && pid > 0;
  // The pid file is written last, so one that names nobody means an anchor that was there and is gone.
  if (written && (await ports.processes.identify(pid)) === undefined) return { presence: 'absent', why: 'process-gone' };
  // As every write is a rename, only a loss of power leaves a file without content.
  if (!written && empty) return { presence: 'absent', why: 'other-boot' };
  return { presence: 'unknown', reason: `${reason}; remove the file once no process of this domain runs` };
}

/** Why a living process is not this directory's anchor, though the record here names it. */
async function strangeness(ports: Ports, layout: StateLayout, record: RunRecord): Promise<string | undefined> {
  if (record.domain !== basename(layout.directory)) return `${layout.record} names the domain ${record.domain}`;
  if ((await ports.files.idOf(layout.directory)) === record.directoryId) return undefined;
  return `${layout.directory} is a copy: the anchor that its record names uses another directory`;
}

function severalCarry(carriers: readonly ProcessIdentity[]): string {
  return `the marker of this anchor is carried by process ${carriers.map(({ pid }) => String(pid)).join(', ')}`;
}
