import type { Ports } from '../effects/ports.js';
import type { AnchorHome } from './home.js';
import { assertAbsent, removeTransient } from './prepare.js';
import { readRecord, type RecordChanges, writeEnded } from './record.js';

export interface Reaping {
  /** Sockets and the like, as in the recipe. */
  readonly transient: readonly string[];
  /** What the record shall remember of the run: counters, how it ended. */
  readonly changes?: RecordChanges;
}

/**
 * Confirms that the anchor is absent, then removes what would mislead the next one. Logs and the record stay; the record is marked as
 * ended, so that counters go on. Rejects with ANCHOR_NOT_ABSENT while the anchor lives or may live: nothing was removed then, and
 * nothing that it holds may be released.
 */
export async function reapAnchor(ports: Ports, home: AnchorHome, { changes = {}, transient }: Reaping): Promise<void> {
  const { layout } = home;
  await assertAbsent(ports, home);
  await removeTransient(ports, layout, transient);
  const reading = await readRecord(ports, layout);
  if (reading.state === 'corrupt') await ports.files.remove(layout.record);
  if (reading.state !== 'read') return;
  // Without room for it the old record stays, which is still true: it names a process that is gone.
  await writeEnded(ports, layout, reading.record, changes).catch(() => undefined);
}

/** Removes all state of a domain that is gone for good. Rejects with ANCHOR_NOT_ABSENT, and then has removed nothing. */
export async function removeState(ports: Ports, home: AnchorHome): Promise<void> {
  const { layout } = home;
  await assertAbsent(ports, home);
  const recordName = layout.record.slice(layout.directory.length + 1);
  const names = (await ports.files.list(layout.directory)).filter((name) => name !== recordName);
  for (const name of names) await ports.files.remove(`${layout.directory}/${name}`);
  // Last: as long as there is a record, `discoverAnchors` finds the directory, also after a crash in the middle of this.
  await ports.files.remove(layout.record);
  await ports.files.remove(layout.directory);
}
