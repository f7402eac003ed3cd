/**
 * A living Xen domain. Level-triggered: a firing of the store says only that something may have happened; what it is, is looked at. The
 * store cannot tell a domain that is shut down from one that runs, so xl is asked; that a domain is gone, the store knows first.
 */
import { Subject, Subscription, concat, defer, from } from 'rxjs';
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Connection } from '../../../effects/ports/sockets.js';
import { WindlassError } from '../../../errors.js';
import type { Observation, RunState } from '../../../machines/observations.js';
import type { AnchorSession } from '../../contract.js';
import { setServerPassword } from '../channel/qmp/display-password.js';
import { observationsOf, type Past, runStateOf } from '../channel/run-state.js';
import { isXlError } from '../channel/xl/errors.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import { find } from './hosted.js';
import { readMemory, setMemory, targetPath, untilGivenBack } from './memory.js';
import { releasedPath } from './released.js';
import { silenceOf } from './silence.js';
import { openSleep } from './sleep.js';
import type { BorrowedStore, Toolstack } from './toolstack.js';
import { createTranscript } from './transcript.js';

export interface XenSessionOptions {
  readonly clock: ClockPort;
  readonly toolstack: Toolstack;
  /** Let go of when the session ends. */
  readonly borrowed: BorrowedStore;
  readonly marker: string;
  /** As it was seen a moment ago. */
  readonly domain: XlDomain;
  /** Dials a monitor of the domain's QEMU. */
  readonly monitor: (id: number, signal: AbortSignal) => Promise<Connection>;
  /** Milliseconds after which a store that cannot be reached is told as silent. */
  readonly silence: number;
}

/** Rejects with the codes of xenstore when the store does not answer. */
export async function openXenSession({ borrowed, clock, domain, marker, monitor, silence, toolstack }: XenSessionOptions): Promise<AnchorSession> {
  const { store } = borrowed;
  const { xl } = toolstack;
  const { id } = domain;
  const transcript = createTranscript(() => clock.now());
  const isSeenAwake = async (): Promise<boolean> => (await find(toolstack, marker)).domain?.state.shutdown === false;
  const onNotTakenBack = (why: unknown): void => transcript.add('<', `suspend ${id} is not taken back yet: ${String(why)}`);
  const [releasedBefore, type, sleep] = await Promise.all([store.read(releasedPath(id)), store.read(`/libxl/${id}/type`), openSleep({ clock, id, isSeenAwake, onNotTakenBack, store, xl })]);
  let memory = await readMemory(store, id, type);

  const changes = new Subject<Observation>();
  const subscriptions = new Subscription();
  let present: XlDomain | undefined = domain;
  let released = releasedBefore !== undefined || !domain.state.paused;
  let told = '';
  let open = true;

  const past = (): Past => ({ released, putToSleep: sleep.isMarked() });
  const seen = (now: XlDomain | undefined): void => {
    present = now;
    const observations = observationsOf(now, past());
    const text = JSON.stringify(observations);
    if (!open || text === told) return;
    told = text;
    transcript.add('<', text);
    for (const observation of observations) changes.next(observation);
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
    const found = await find(toolstack, marker);
    if (found.presence !== 'unknown') seen(found.domain);
  };
  /** Whoever waits for nothing: what cannot be seen now is looked at on the next firing, or on the next round. */
  const glance = (): void => {
    if (!open) return;
    look()
      .then(() => (present === undefined ? undefined : sleep.tidy(present)))
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

  const act = async (what: string, asked: Promise<unknown>): Promise<void> => {
    transcript.add('>', what);
    try {
      await asked;
    } finally {
      // Where xl has refused, too: somebody else may have been first. A look that fails says nothing of what was asked.
      await look().catch((error: unknown) => transcript.add('<', String(error)));
    }
  };
  const state = (): RunState => (present === undefined ? 'shutdown' : runStateOf(present, past()));

  return {
    observations: concat(
      defer(() => {
        const now = observationsOf(present, past());
        told = JSON.stringify(now);
        return from<readonly Observation[]>(memory === undefined ? now : [...now, { type: 'guest.memory', bytes: memory }]);
      }),
      changes,
    ),
    latestState: state,
    runState: async () => {
      await look();
      return state();
    },
    async release() {
      if (state() === 'suspended') {
        await act(`resume ${id}`, sleep.resume());
        if (present?.state.shutdown === false) await sleep.awake();
        return;
      }
      if (present?.state.shutdown === true) throw new WindlassError('XEN_WRONG_STATE', `the guest cannot go on: it has shut down (${present.shutdownReason ?? 'unknown'})`);
      if (!released) await store.write(releasedPath(id), '1');
      released = true;
      await act(`unpause ${id}`, xl.unpause(id));
    },
    pause: () => act(`pause ${id}`, xl.pause(id)),
    async suspend(signal) {
      // It may have fallen asleep without being seen, and a sleeping guest hears nothing more.
      await look();
      signal.throwIfAborted();
      if (state() !== 'suspended') await act(`suspend ${id}`, sleep.suspend(signal));
    },
    async setDisplayPassword(password, signal) {
      transcript.add('>', `set_password ${id}`);
      const port = await setServerPassword(await monitor(id, signal), password, { clock, signal });
      // As libxl does for a server of its own: `xl vncviewer` and others look here.
      if (port !== undefined) await store.write(`/local/domain/${id}/console/vnc-port`, String(port));
    },
    async resize(bytes, signal) {
      transcript.add('>', `mem-set ${id} ${bytes}`);
      await setMemory(xl, id, type, bytes);
      // What cannot be seen has not been given back.
      const look = async (): Promise<number> => ((await find(toolstack, marker)).domain?.memoryMiB ?? Number.POSITIVE_INFINITY) * 2 ** 20;
      return untilGivenBack(clock, look, bytes, signal);
    },
    async ask(signal) {
      transcript.add('>', `shutdown ${id}`);
      // As libxl does it, without its wait for an answer. Whether an HVM guest listens to the store, only libxl can find out.
      if (type === 'hvm') await xl.shutdown(id, signal);
      else await store.write(`/local/domain/${id}/control/shutdown`, 'poweroff');
    },
    async press() {
      transcript.add('>', `trigger ${id} power`);
      await xl.trigger(id, 'power');
    },
    async quit() {
      transcript.add('>', `destroy ${id}`);
      try {
        await xl.destroy(id);
      } catch (error) {
        // It may be gone already, or going.
        if (!isXlError(error, 'XL_DOMAIN_UNKNOWN') && !isXlError(error, 'XL_UNCERTAIN')) throw error;
      }
      glance();
    },
    transcript: () => transcript.lines(),
    close: end,
  };
}
