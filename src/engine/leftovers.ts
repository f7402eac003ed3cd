/** Removes the state of domains that are gone for good, one removal a domain at a time; who places the domain anew waits for it. */
import type { AnchorHome } from '../anchors/home.js';
import { removeState } from '../anchors/reap.js';
import type { Ports } from '../effects/ports.js';

export interface Leftovers {
  /** Rejects as `removeState` does. */
  remove(name: string, home: AnchorHome): Promise<void>;
  /** Resolves when nothing of this domain is being removed any more. */
  settled(name: string): Promise<void>;
}

export function createLeftovers(ports: Ports): Leftovers {
  /** The latest of each domain. None rejects. */
  const removing = new Map<string, Promise<void>>();
  return {
    remove(name, home) {
      const removal = (removing.get(name) ?? Promise.resolve()).then(() => removeState(ports, home));
      const over = removal
        .catch(() => undefined)
        .then(() => {
          if (removing.get(name) === over) removing.delete(name);
        });
      removing.set(name, over);
      return removal;
    },
    async settled(name) {
      await removing.get(name);
    },
  };
}
