/** Sockets, which xl gives a guest without asking whether anybody serves them: they are asked for here, before the guest runs. */
import { concatMap, defer, endWith, filter, firstValueFrom, from, ignoreElements, map, type Observable, race, take } from 'rxjs';
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { WindlassError } from '../../../errors.js';
import type { Xenstore } from '../channel/xenstore/store.js';
import { backEndSilent } from './build-failure.js';

/** Milliseconds for all answers: half of what a guest has to be let run where the document says nothing. A back end that is there answers within one. */
const patience = 5_000;
/** States of a back end that has something to offer, or is at work: InitWait, Initialised and Connected of xen/io/xenbus.h. */
const answers: readonly (string | undefined)[] = ['2', '3', '4'];

type Store = Pick<Xenstore, 'directory' | 'read' | 'watch'>;

interface BackEnd {
  readonly path: string;
  readonly domid: string;
}

/** Undefined when all sockets of a domain are served, or XEN_BACK_END_SILENT for the first that are not. Rejects with the codes of xenstore, and with the signal's reason. */
export async function untilServed(store: Store, clock: ClockPort, id: number, signal: AbortSignal): Promise<WindlassError | undefined> {
  const backEnds = await backEndsOf(store, id);
  signal.throwIfAborted();
  const [first] = backEnds;
  if (first === undefined) return undefined;
  let { domid } = first;
  const over = new AbortController();
  const served = from(backEnds).pipe(
    concatMap((backEnd) => {
      domid = backEnd.domid;
      return answerOf(store, backEnd);
    }),
    ignoreElements(),
    endWith(undefined),
  );
  // Begun by whoever waits for it: a promise made before would be left to itself where the store refuses at once.
  const late = defer(() => clock.sleep(patience, AbortSignal.any([signal, over.signal]))).pipe(map(() => backEndSilent(domid, 'pvcalls')));
  try {
    return await firstValueFrom(race(served, late));
  } finally {
    over.abort();
  }
}

async function backEndsOf(store: Store, id: number): Promise<readonly BackEnd[]> {
  const devices = `/local/domain/${id}/device/pvcalls`;
  const paths = await Promise.all(((await store.directory(devices)) ?? []).map((handle) => store.read(`${devices}/${handle}/backend`)));
  return paths.flatMap((path) => {
    const [, domid] = /^\/local\/domain\/(\d+)\//.exec(path ?? '') ?? [];
    return path === undefined || domid === undefined ? [] : [{ path, domid }];
  });
}

/** Emits once, when it answers. */
function answerOf(store: Store, { path }: BackEnd): Observable<unknown> {
  const state = `${path}/state`;
  return store.watch(state).pipe(
    concatMap(() => store.read(state)),
    filter((value) => answers.includes(value)),
    take(1),
  );
}
