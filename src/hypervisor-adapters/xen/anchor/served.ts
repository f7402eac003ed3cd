/** Devices that xl gives a guest without asking whether anybody serves them: they are asked for here, before the guest runs. */
import { concatMap, filter, firstValueFrom, map, race, take } from 'rxjs';
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { WindlassError } from '../../../errors.js';
import type { Xenstore } from '../channel/xenstore/store.js';
import { backEndSilent } from './build-failure.js';

/** Milliseconds for an answer: half of what a connection has where the document says nothing. A back end that is there answers within one. */
const patience = 5_000;
/** libxl waits for all others. */
const kinds = ['pvcalls'] as const;
/** States of a back end that has something to offer, or is at work: InitWait, Initialised and Connected of xen/io/xenbus.h. */
const answers: readonly (string | undefined)[] = ['2', '3', '4'];

type Store = Pick<Xenstore, 'directory' | 'read' | 'watch'>;

/** Undefined when all such devices of a domain are served, or XEN_BACK_END_SILENT for the first that is not. Rejects with the codes of xenstore, and with the signal's reason. */
export async function untilServed(store: Store, clock: ClockPort, id: number, signal: AbortSignal): Promise<WindlassError | undefined> {
  for (const kind of kinds) {
    const devices = `/local/domain/${id}/device/${kind}`;
    for (const handle of (await store.directory(devices)) ?? []) {
      const backEnd = await store.read(`${devices}/${handle}/backend`);
      const [, domid] = /^\/local\/domain\/(\d+)\//.exec(backEnd ?? '') ?? [];
      if (backEnd === undefined || domid === undefined) continue;
      if (!(await hasAnswered(store, clock, `${backEnd}/state`, signal))) return backEndSilent(domid, kind);
    }
  }
  return undefined;
}

async function hasAnswered(store: Store, clock: ClockPort, state: string, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const answered = store.watch(state).pipe(
    concatMap(() => store.read(state)),
    filter((value) => answers.includes(value)),
    take(1),
    map(() => true),
  );
  try {
    return await firstValueFrom(race(answered, clock.sleep(patience, AbortSignal.any([signal, over.signal])).then(() => false)));
  } finally {
    over.abort();
  }
}
