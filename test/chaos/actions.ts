/** Carries out one step of the schedule. What there is nothing to do it to is left out, and counted as such. */
import { kill } from 'node:process';
import type { Anchor, AnchorScan } from './anchors.js';
import type { DocumentsFolder } from './documents-folder.js';
import type { EngineKeeper } from './engine-keeper.js';
import type { ChaosAction } from './schedule.js';
import type { StateDisk } from './state-disk.js';

export interface ActionTargets {
  readonly scan: AnchorScan;
  readonly disk: StateDisk;
  readonly documents: DocumentsFolder;
  readonly engine: EngineKeeper;
}

export interface Actions {
  /** False where there was nothing to do it to. */
  carryOut(action: Exclude<ChaosAction, { readonly kind: 'calm' }>): boolean;
  /** Takes back what keeps the host from being as the documents ask. */
  rest(): void;
}

export function createActions({ disk, documents, engine, scan }: ActionTargets): Actions {
  const frozen = new Map<string, Anchor>();
  const signalAnchor = (domain: string, signal: NodeJS.Signals): Anchor | undefined => {
    const [anchor] = scan.look().get(domain) ?? [];
    return anchor !== undefined && signalled(scan, anchor, signal) ? anchor : undefined;
  };
  const thaw = (domain: string): boolean => {
    const anchor = frozen.get(domain);
    frozen.delete(domain);
    return anchor !== undefined && signalled(scan, anchor, 'SIGCONT');
  };
  const setDisk = (full: boolean): true => {
    if (full) disk.fill();
    else disk.free();
    if (!disk.isReal) engine.send({ say: 'disk', full });
    return true;
  };

  return {
    carryOut(action) {
      switch (action.kind) {
        case 'kill-engine':
        case 'stop-engine': {
          const there = engine.isThere();
          // One that is stopping can be killed yet.
          void engine.down(action.kind === 'kill-engine' ? 'SIGKILL' : 'SIGTERM', action.downFor);
          return there;
        }
        case 'kill-anchor':
          return signalAnchor(action.domain, 'SIGKILL') !== undefined;
        case 'freeze-anchor': {
          const anchor = signalAnchor(action.domain, 'SIGSTOP');
          if (anchor !== undefined) frozen.set(action.domain, anchor);
          return anchor !== undefined;
        }
        case 'thaw-anchor':
          return thaw(action.domain);
        case 'add':
        case 'edit':
          documents.write(action.domain, action.wish);
          return true;
        case 'remove':
          documents.remove(action.domain);
          return true;
        case 'fill-disk':
        case 'free-disk':
          return setDisk(action.kind === 'fill-disk');
        case 'cut-channel':
          engine.send({ say: 'cut', domain: action.domain, way: action.way });
          return true;
        case 'move-clock':
          engine.moveClock(action.offset);
          return true;
      }
    },
    rest() {
      for (const domain of [...frozen.keys()]) thaw(domain);
      setDisk(false);
      engine.hurry();
    },
  };
}

/** False when it is gone. */
export function signalled(scan: Pick<AnchorScan, 'isAlive'>, anchor: Anchor, signal: NodeJS.Signals): boolean {
  try {
    return scan.isAlive(anchor) && kill(anchor.pid, signal);
  } catch {
    return false;
  }
}
