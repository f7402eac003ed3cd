/**
 * A Xen domain, as it is seen. Level-triggered: a firing of the store says only that something may have happened; what it is, is looked at.
 * The store cannot tell a domain that is shut down from one that runs, so xl is asked; that a domain is gone, the store knows first.
 */
import { type Observable, Subject, Subscription, concat, defer, from } from 'rxjs';
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Observation, RunState } from '../../../machines/observations.js';
import { observationsOf, type Past, runStateOf } from '../channel/run-state.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import { find } from './hosted.js';
import { readMemory, targetPath } from './memory.js';
import { silenceOf } from './silence.js';
import type { BorrowedStore, Toolstack } from './toolstack.js';
import type { Transcript } from './transcript.js';

export interface WatchOptions {
  readonly clock: ClockPort;
  readonly toolstack: Toolstack;
  /** Let go of when the watch ends. */
  readonly borrowed: BorrowedStore;
  readonly marker: string;
  /** As it was seen a moment ago. */
  readonly domain: XlDomain;
  /** The type of its guest, as libxl has written it. */
  readonly type: string | undefined;
  /** What a look does not tell, as it is known by then. */
  readonly past: () => Past;
  /** Called with the domain after each look that nobody waits for. */
  readonly tidy: (domain: XlDomain) => Promise<void>;
  /** Milliseconds after which a store that cannot be reached is told as silent. */
  readonly silence: number;
  readonly transcript: Transcript;
}

export interface WatchedDomain {
  /** As those of a session: the present first. Completes when the watch has ended, which the end of the domain does. */
  readonly observations: Observable<Observation>;
  /** As it was seen last; undefined where it is not there any more. */
  present(): XlDomain | undefined;
  /** The same, in the words that all hypervisors share; or what was believed since. */
  state(): RunState;
  /** Tells what xl has brought about, by its own word, until it is looked at: Xen has no event for it, and nobody may be able to look. */
  believe(state: RunState): void;
  /** Looks now. Rejects with the codes of xl. */
  look(): Promise<void>;
  /** Looks, for whoever waits for nothing: what cannot be seen now is looked at on the next firing, or on the next round. */
  glance(): void;
  /** Idempotent. */
  end(): void;
}

/** Rejects with the codes of xenstore when the store does not answer. */
export async function watchDomain({ borrowed, clock, domain, marker, past, silence, tidy, toolstack, transcript, type }: WatchOptions): Promise<WatchedDomain> {
  const { store } = borrowed;
  const { id } = domain;
  let memory = await readMemory(store, id, type);

  const changes = new Subject<Observation>();
  const subscriptions = new Subscription();
  let present: XlDomain | undefined = domain;
  let believed: RunState | undefined;
  let beliefs = 0;
  let told = '';
  let open = true;

  const current = (): readonly Observation[] => (believed === undefined ? observationsOf(present, past()) : [{ type: 'guest.state', state: believed }]);
  const tell = (): void => {
    const observations = current();
    const text = JSON.stringify(observations);
    if (!open || text === told) return;
    told = text;
    transcript.add('<', text);
    for (const observation of observations) changes.next(observation);
  };
  const seen = (now: XlDomain | undefined): void => {
    present = now;
    believed = undefined;
    tell();
    if (now === undefined) end();
  };
  const memorySeen = (bytes: number | undefined): void => {
    // A domain that is going has no target any more, which is no news of its memory.
    if (!open || bytes === undefined || bytes === memory) return;
    memory = bytes;
    changes.next({ type: 'guest.memory', bytes });
  };
  const end = (): void => {
    if (!open) return;
    open = false;
    subscriptions.unsubscribe();
    borrowed.letGo();
    changes.complete();
  };
  const look = async (): Promise<void> => {
    const before = beliefs;
    const found = await find(toolstack, marker);
    // It may have looked before that was done.
    if (before !== beliefs) return look();
    if (found.presence !== 'unknown') seen(found.domain);
  };
  const glance = (): void => {
    if (!open) return;
    look()
      .then(() => (present === undefined ? undefined : tidy(present)))
      .catch((error: unknown) => transcript.add('<', String(error)));
  };
  /** That Xen has let go of a domain reaches the store first, while xl would take its time to say the same. */
  const domainReleased = async (): Promise<void> => {
    if (open && !(await store.isDomainIntroduced(id))) seen(undefined);
    else glance();
  };

  subscriptions.add(
    store.watch('@releaseDomain').subscribe({
      next: ({ reason }) => {
        // A store that was started anew has been told of no domain: only the one that knew it can say that it is gone.
        if (reason === 'look') glance();
        else domainReleased().catch(glance);
      },
      error: (error: unknown) => transcript.add('<', String(error)),
    }),
  );
  subscriptions.add(
    store.watch(targetPath(id)).subscribe({
      next: () => {
        readMemory(store, id, type).then(memorySeen, (error: unknown) => transcript.add('<', String(error)));
      },
      error: (error: unknown) => transcript.add('<', String(error)),
    }),
  );
  subscriptions.add(silenceOf(store, clock, silence).subscribe((observation) => changes.next(observation)));
  subscriptions.add(toolstack.rounds.join(glance));

  return {
    observations: concat(
      defer(() => {
        const now = current();
        told = JSON.stringify(now);
        return from<readonly Observation[]>(memory === undefined ? now : [...now, { type: 'guest.memory', bytes: memory }]);
      }),
      changes,
    ),
    present: () => present,
    state: () => believed ?? (present === undefined ? 'shutdown' : runStateOf(present, past())),
    believe: (state) => {
      beliefs += 1;
      believed = state;
      tell();
    },
    look,
    glance,
    end,
  };
}
