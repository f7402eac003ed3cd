/** What all domains of an engine share: the toolstack's command, one list of domains and of CPUs, one connection to the store. */
import type { Ports } from '../../../effects/ports.js';
import { openXenstore, type Xenstore } from '../channel/xenstore/store.js';
import { createXl, type Xl } from '../channel/xl/xl.js';
import { dialXenstore } from './dial.js';
import { createRoster, type Roster } from './roster.js';
import { createRounds, type Rounds } from '../../../anchors/rounds.js';
import { sharedLook } from './shared-look.js';

export interface Toolstack {
  readonly xl: Xl;
  readonly roster: Roster;
  /** Numbers of the CPUs that a new domain can run on, as they are after the call. Rejects as `Xl.cpus` does. */
  readonly cpus: () => Promise<readonly number[]>;
  readonly rounds: Rounds;
  /** The store, open until everybody who asked for it has let go of it. */
  readonly borrowStore: () => BorrowedStore;
}

export interface BorrowedStore {
  readonly store: Xenstore;
  /** Idempotent. */
  readonly letGo: () => void;
}

const byPorts = new WeakMap<Ports, Promise<Toolstack | undefined>>();

/** Of the host behind these ports; undefined where no xl is installed. Rejects as `FilePort.findExecutable` does. */
export async function toolstackOf(ports: Ports): Promise<Toolstack | undefined> {
  const known = byPorts.get(ports);
  if (known !== undefined) return known;
  const found = ports.files.findExecutable('xl').then((executable) => (executable === undefined ? undefined : createToolstack(ports, executable)));
  byPorts.set(ports, found);
  const toolstack = await found.catch((error: unknown) => {
    byPorts.delete(ports);
    throw error;
  });
  // It may be installed while the engine runs.
  if (toolstack === undefined) byPorts.delete(ports);
  return toolstack;
}

function createToolstack(ports: Ports, executable: string): Toolstack {
  const xl = createXl(ports.processes, executable);
  const dial = dialXenstore(ports);
  let store: Xenstore | undefined;
  let borrowers = 0;
  return {
    xl,
    roster: createRoster(xl),
    cpus: sharedLook(() => xl.cpus()),
    rounds: createRounds(ports.clock),
    borrowStore: () => {
      store ??= openXenstore({ dial, clock: ports.clock });
      borrowers += 1;
      let held = true;
      return {
        store,
        letGo: () => {
          if (!held) return;
          held = false;
          borrowers -= 1;
          if (borrowers > 0) return;
          store?.close();
          store = undefined;
        },
      };
    },
  };
}
