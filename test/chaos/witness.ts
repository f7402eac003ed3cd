/** Looks at the host every few milliseconds, and holds what it sees against the rules that always hold. */
import type { Anchor, AnchorScan } from './anchors.js';
import { ladder } from './documents-folder.js';
import type { DocumentsFolder } from './documents-folder.js';
import type { EngineKeeper } from './engine-keeper.js';
import type { Heartbeats } from './heartbeats.js';
import type { Trouble } from './trouble.js';

const interval = 50;
/** Milliseconds that an engine has to know everything that there is. */
const settling = 5_000;
/** Milliseconds on top of the ladder's own deadlines: two busy cores, and a file that must rest before it is read. */
const tolerance = 2_000;

export interface Witness {
  /** What was seen last. */
  anchors(): ReadonlyMap<string, readonly Anchor[]>;
  /** Looks now. */
  look(): ReadonlyMap<string, readonly Anchor[]>;
  readonly looks: () => number;
  stop(): void;
}

export interface WitnessOptions {
  readonly scan: AnchorScan;
  readonly heartbeats: Heartbeats;
  readonly documents: DocumentsFolder;
  readonly engine: Pick<EngineKeeper, 'upSince'>;
  readonly trouble: Trouble;
}

export function createWitness({ documents, engine, heartbeats, scan, trouble }: WitnessOptions): Witness {
  let seen: ReadonlyMap<string, readonly Anchor[]> = new Map();
  let looks = 0;

  const look = (): ReadonlyMap<string, readonly Anchor[]> => {
    seen = scan.look();
    looks += 1;
    for (const [domain, anchors] of seen) {
      // The scan takes a while: one may have ended before the other was started.
      const living = anchors.length > 1 ? anchors.filter((anchor) => scan.isAlive(anchor)) : anchors;
      if (living.length > 1) trouble.tell(`${domain} has ${living.length} anchors: ${living.map(({ pid }) => pid).join(', ')}`, domain);
      for (const anchor of living) {
        const wrong = heartbeats.listen(anchor);
        if (wrong !== undefined) trouble.tell(`${domain}: ${wrong}`, domain);
      }
      lookForOrphan(domain, living);
    }
    return seen;
  };

  const lookForOrphan = (domain: string, living: readonly Anchor[]): void => {
    if (documents.wishes.has(domain) || living.length === 0) return;
    const upSince = engine.upSince();
    if (upSince === undefined) return;
    const since = Math.max(upSince, documents.removedAt(domain) ?? 0);
    const age = performance.now() - since;
    if (age > settling + ladder + tolerance) {
      trouble.tell(`${domain} has an anchor (pid ${living.map(({ pid }) => pid).join(', ')}) that no document names for ${age.toFixed(0)} ms, with an engine`, domain);
    }
  };

  const timer = setInterval(look, interval);
  return { anchors: () => seen, look, looks: () => looks, stop: () => clearInterval(timer) };
}
