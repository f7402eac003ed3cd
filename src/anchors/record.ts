/**
 * The identity record of an anchor, `anchor.json`: what an engine needs to find, trust and adopt an anchor that another engine started.
 *
 * Order of the writes around a launch, each of them atomic: the intent (with the marker, before anything is started), then the process,
 * then the launched record (with its identity), then the pid file for people. A crash between any two leaves a state that
 * `observeAnchor` understands.
 */
import { z } from 'zod';
import type { Ports } from '../effects/ports.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import { messageOf, WindlassError } from '../errors.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import { hypervisorNames } from './layout.js';

const version = 1;

const identity = z.object({
  pid: z.int().positive(),
  startTime: z.string().regex(/^\d+$/),
  bootId: z.string().min(1),
  executable: z.string(),
});

const runRecord = z.looseObject({
  version: z.literal(version),
  /** `intent`: a launch was begun. `launched`: the identity is known. `ended`: the anchor was confirmed absent. */
  phase: z.enum(['intent', 'launched', 'ended']),
  domain: z.string(),
  hypervisor: z.enum(hypervisorNames),
  /** Counts starts of the domain. */
  incarnation: z.int().nonnegative(),
  /** Of the document. */
  generation: z.int().nonnegative(),
  /** An argument that only this domain's anchor carries. */
  marker: z.string().min(1),
  /** Null except when launched. */
  identity: identity.nullable(),
  /** Milliseconds since the epoch, of the intent. */
  launchedAt: z.number(),
  bootId: z.string(),
  /** `device:inode` of the state directory, to tell a copied directory from the one that the anchor uses. */
  directoryId: z.string(),
});

/** JSON. What the engine adds of its own (the document, counters, claims) passes through untouched and unread. */
export type RunRecord = Readonly<z.infer<typeof runRecord>>;

/** What the engine gives for a record; anything more that is JSON is kept with it. */
export interface RunFacts {
  readonly domain: string;
  readonly hypervisor: RunRecord['hypervisor'];
  readonly incarnation: number;
  readonly generation: number;
  readonly marker: string;
  readonly [more: string]: unknown;
}

export type RecordReading =
  | { readonly state: 'none' }
  | { readonly state: 'read'; readonly record: RunRecord }
  /** There is one that cannot be used: torn, foreign or of a newer engine. It says nothing about whether an anchor lives. */
  | { readonly state: 'corrupt'; readonly reason: string; readonly empty: boolean };

/** Never rejects: a bad record must not keep an engine from starting. */
export async function readRecord(ports: Ports, layout: StateLayout): Promise<RecordReading> {
  let text: string | undefined;
  try {
    text = await ports.files.readText(layout.record);
    if (text === undefined) return { state: 'none' };
    const parsed = runRecord.safeParse(JSON.parse(text));
    if (parsed.success) return { state: 'read', record: parsed.data };
    return { state: 'corrupt', reason: `${layout.record}: ${z.prettifyError(parsed.error)}`, empty: false };
  } catch (thrown) {
    return { state: 'corrupt', reason: `${layout.record}: ${messageOf(thrown)}`, empty: text !== undefined && /^\0*$/.test(text) };
  }
}

/** Before the spawn. Rejects as `FilePort.writeAtomic` does, and then nothing may be started. */
export async function writeIntent(ports: Ports, layout: StateLayout, facts: RunFacts): Promise<RunRecord> {
  const [bootId, directoryId] = await Promise.all([ports.host.bootId(), ports.files.idOf(layout.directory)]);
  if (directoryId === undefined) {
    throw new WindlassError('FILE_ABSENT', `there is no state directory ${layout.directory}`, { domain: facts.domain, retryable: true });
  }
  const record: RunRecord = {
    ...facts,
    version,
    phase: 'intent',
    identity: null,
    launchedAt: ports.clock.now(),
    bootId,
    directoryId,
  };
  return write(ports, layout, record);
}

/** After the spawn. The record comes first: it is what is believed. */
export async function writeLaunched(ports: Ports, layout: StateLayout, intent: RunRecord, identity: ProcessIdentity): Promise<RunRecord> {
  const record = await write(ports, layout, { ...intent, phase: 'launched', identity });
  await ports.files.writeAtomic(layout.pid, `${identity.pid}\n`, 0o600);
  return record;
}

/** Rewrites the engine's part of a record: counters, the generation that was applied live, how a run ended. */
export async function updateRecord(ports: Ports, layout: StateLayout, record: RunRecord, changes: RecordChanges): Promise<RunRecord> {
  return write(ports, layout, { ...record, ...changes });
}

/** Identity, marker, boot and directory stay as they were written. */
export type RecordChanges = { readonly [more: string]: unknown } & Partial<Readonly<Record<ProtectedField, never>>>;
type ProtectedField = 'version' | 'phase' | 'domain' | 'hypervisor' | 'marker' | 'identity' | 'launchedAt' | 'bootId' | 'directoryId';

/** The anchor is confirmed absent: only what counts across runs is still of interest. */
export async function writeEnded(ports: Ports, layout: StateLayout, record: RunRecord, changes: RecordChanges): Promise<RunRecord> {
  return write(ports, layout, { ...record, ...changes, phase: 'ended', identity: null });
}

async function write(ports: Ports, layout: StateLayout, record: RunRecord): Promise<RunRecord> {
  await ports.files.writeAtomic(layout.record, `${JSON.stringify(record)}\n`, 0o600);
  return record;
}
