/** Waits until the host is as the documents ask, as seen from outside, and until what the engine tells of it is true. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentsFolder } from './documents-folder.js';
import type { Heartbeats } from './heartbeats.js';
import type { Trouble } from './trouble.js';
import type { Lack } from './truth.js';
import { untrueStatuses } from './truth.js';
import type { Witness } from './witness.js';

export interface CalmOptions {
  readonly root: string;
  readonly documents: DocumentsFolder;
  readonly heartbeats: Heartbeats;
  readonly witness: Witness;
  readonly trouble: Trouble;
  /** Milliseconds. */
  readonly deadline: number;
}

/** Resolves to the milliseconds that it took; a domain that is not there by the deadline is a violation. */
export async function untilCalm({ deadline, documents, heartbeats, root, trouble, witness }: CalmOptions): Promise<number> {
  const begun = performance.now();
  const missing = (): readonly Lack[] => {
    const anchors = witness.look();
    const names = new Set([...documents.wishes.keys(), ...anchors.keys(), ...homesIn(root)]);
    return [...names].flatMap((name) => {
      const lack = lackOf(name, (anchors.get(name) ?? []).length);
      return lack === undefined ? [] : [[name, lack] as const];
    });
  };
  const lackOf = (name: string, count: number): string | undefined => {
    const wish = documents.wishes.get(name);
    const [anchor] = witness.anchors().get(name) ?? [];
    if (wish === undefined) return count > 0 ? 'still has an anchor, and no document' : homesIn(root).includes(name) ? 'has left files, and has no document' : undefined;
    if (wish.power === 'halted') return count > 0 ? 'still has an anchor, and is to be halted' : undefined;
    if (anchor === undefined) return 'has no anchor';
    if (wish.power === 'running' && heartbeats.beatAt(anchor) < begun) return `has an anchor (pid ${anchor.pid}) that does not beat`;
    return undefined;
  };

  for (;;) {
    const unfinished = missing();
    const left = unfinished.length > 0 ? unfinished : await untrueStatuses(root, documents.wishes, witness.anchors());
    const took = performance.now() - begun;
    if (left.length === 0 || trouble.signal.aborted) return took;
    if (took > deadline) {
      trouble.tell(`not calm after ${deadline} ms: ${left.map(([name, lack]) => `${name} ${lack}`).join('; ')}`, left[0]?.[0]);
      return took;
    }
    await sleep(20);
  }
}

/** Domains that have a state directory. */
function homesIn(root: string): readonly string[] {
  const path = join(root, 'qemu');
  return existsSync(path) ? readdirSync(path) : [];
}
