/** What the engine tells, and keeps for those who ask later: the event log and its journal, the statuses and their files. */
import type { Ports } from '../effects/ports.js';
import type { JournalledLog } from '../status/event-log.js';
import { createEventLog } from '../status/event-log.js';
import type { JournalLimits } from '../status/journal.js';
import { createJournal } from '../status/journal.js';
import type { NodeConditions } from '../status/node-conditions.js';
import { createNodeConditions } from '../status/node-conditions.js';
import { journalAfter } from '../status/read-journal.js';
import type { OrphanNote } from '../status/status-files.js';
import { createStatusWriter } from '../status/status-writer.js';
import type { StatusStore } from '../status/store.js';
import { createStatusStore } from '../status/store.js';

export interface Persistence {
  readonly log: JournalledLog;
  readonly store: StatusStore;
  readonly conditions: NodeConditions;
  /** Once the lock is held, and before the first event. */
  open(): Promise<void>;
  /** Orphans were found, or went. */
  orphansChanged(): void;
  /** Writes what is left to write. Before the lock is given back. */
  close(): Promise<void>;
}

export interface PersistenceOptions {
  readonly ports: Ports;
  readonly root: string;
  readonly pid: number;
  readonly keepEvents: number;
  readonly journal: JournalLimits;
  readonly orphans: () => readonly OrphanNote[];
}

export function createPersistence({ journal: limits, keepEvents, orphans, pid, ports, root }: PersistenceOptions): Persistence {
  const now = (): number => ports.clock.now();
  const log = createEventLog({
    source: `windlass:${root}`,
    now,
    keep: keepEvents,
    older: (after) => journalAfter(ports, root, after, () => Promise.resolve(false)),
  });
  const conditions = createNodeConditions(now, () => writer.changed());
  const store = createStatusStore(log, now, (name) => writer.changed(name));
  const journal = createJournal({ ports, root, log, limits, conditions });
  const writer = createStatusWriter({
    ports,
    root,
    engine: { pid, startedAt: new Date(now()).toISOString() },
    get: (name) => store.get(name),
    conditions,
    orphans,
    sequence: () => journal.written(),
  });
  return {
    log,
    store,
    conditions,
    async open() {
      await journal.open();
      await writer.open();
    },
    orphansChanged: () => writer.changed(),
    async close() {
      await journal.close();
      await writer.close();
      log.close();
    },
  };
}
