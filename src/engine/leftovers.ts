/** Removes the state of domains that are gone for good, one removal a domain at a time; who places the domain anew waits for it. */
import type { Logger } from 'pino';
import type { AnchorHome } from '../anchors/home.js';
import { removeState } from '../anchors/reap.js';
import type { Ports } from '../effects/ports.js';

export interface Leftovers {
  /** Resolves to false when something could not be removed, which was logged: it will be found again. */
  remove(name: string, home: AnchorHome): Promise<boolean>;
  /** Resolves when nothing of this domain (or, without a name, of any) is being removed any more. */
  settled(name?: string): Promise<void>;
}

export function createLeftovers(ports: Ports, logger: Logger): Leftovers {
  const removing = new Map<string, Promise<boolean>>();
  return {
    remove(name, home) {
      const removal = (removing.get(name) ?? Promise.resolve(true))
        .then(() => removeState(ports, home))
        .then(
          () => true,
          (error: unknown) => {
            logger.warn({ domain: name, err: error }, 'the state of a domain that is gone could not be removed');
            return false;
          },
        )
        .finally(() => {
          if (removing.get(name) === removal) removing.delete(name);
        });
      removing.set(name, removal);
      return removal;
    },
    async settled(name) {
      if (name === undefined) await Promise.all(removing.values());
      else await removing.get(name);
    },
  };
}
