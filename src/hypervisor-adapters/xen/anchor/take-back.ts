import { readSleepMark, sleepMarkPath } from '../channel/sleep-mark.js';
import type { Xenstore } from '../channel/xenstore/store.js';

export interface Suspended {
  readonly id: number;
  readonly store: Pick<Xenstore, 'transaction'>;
  /** Looks at the domain: false where it is shut down, and where it cannot be told. May reject, which says nothing either. */
  readonly isSeenAwake: () => Promise<boolean>;
}

/** Where libxl asks a guest to suspend itself; the guest empties it when it has heard. */
const requestPath = (id: number): string => `/local/domain/${id}/control/shutdown`;

/**
 * Takes back what a guest has not heard of a suspension that is over. One that has heard may fall asleep yet, and one that is shut down may be
 * asleep by an earlier word of ours: the mark stays for both. Resolves to the mark that stands then. Rejects with the codes of xenstore.
 *
 * An xl of a killed engine that still waits for the guest takes an emptied request for one that was heard, and gives up a minute later; one that
 * has not asked yet takes its own back if nobody hears it.
 */
export async function takeBack({ id, isSeenAwake, store }: Suspended): Promise<number | undefined> {
  // Looked at first: one that was awake then, and has not heard now, is awake.
  const awake = await isSeenAwake().catch(() => false);
  const left = await store.transaction(async (nodes) => {
    if ((await nodes.read(requestPath(id))) === 'suspend') {
      await nodes.write(requestPath(id), '');
      if (awake) await nodes.rm(sleepMarkPath(id));
    }
    return nodes.read(sleepMarkPath(id));
  });
  // As the store has it: what was done before and not answered counts as well.
  return readSleepMark(left);
}
