/** What can be asked of a living Xen domain: through xl, through the store, and of its QEMU. */
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Connection } from '../../../effects/ports/sockets.js';
import { WindlassError } from '../../../errors.js';
import type { RunState } from '../../../machines/observations.js';
import type { AnchorSession } from '../../contract/session.js';
import { setServerPassword } from '../channel/qmp/display-password.js';
import { isXlError } from '../channel/xl/errors.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import { find } from './hosted.js';
import { setMemory, untilGivenBack } from './memory.js';
import { releasedPath } from './released.js';
import { untilServed } from './served.js';
import { openSleep } from './sleep.js';
import type { BorrowedStore, Toolstack } from './toolstack.js';
import { createTranscript } from './transcript.js';
import { watchDomain } from './watch.js';

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

/** States of a guest that is not over, which xl can change. */
const changeable: ReadonlySet<RunState> = new Set(['prelaunch', 'running', 'paused', 'suspended']);

/** Rejects with the codes of xenstore when the store does not answer. */
export async function openXenSession({ borrowed, clock, domain, marker, monitor, silence, toolstack }: XenSessionOptions): Promise<AnchorSession> {
  const { store } = borrowed;
  const { xl } = toolstack;
  const { id } = domain;
  const transcript = createTranscript(() => clock.now());
  const isSeenAwake = async (): Promise<boolean> => (await find(toolstack, marker)).domain?.state.shutdown === false;
  const onNotTakenBack = (why: unknown): void => transcript.add('<', `suspend ${id} is not taken back yet: ${String(why)}`);
  const [releasedBefore, type, sleep] = await Promise.all([store.read(releasedPath(id)), store.read(`/libxl/${id}/type`), openSleep({ clock, id, isSeenAwake, onNotTakenBack, store, xl })]);
  let released = releasedBefore !== undefined || !domain.state.paused;
  const watch = await watchDomain({
    clock,
    toolstack,
    borrowed,
    marker,
    domain,
    type,
    past: () => ({ released, putToSleep: sleep.isMarked() }),
    tidy: (seen) => sleep.tidy(seen),
    silence,
    transcript,
  });

  const act = async (what: string, asked: Promise<unknown>, leads?: RunState): Promise<void> => {
    transcript.add('>', what);
    const before = watch.state();
    try {
      await asked;
      // What was seen meanwhile is newer.
      if (leads !== undefined && changeable.has(before) && watch.state() === before) watch.believe(leads);
    } finally {
      // Where xl has refused, too: somebody else may have been first. A look that fails says nothing of what was asked.
      await watch.look().catch((error: unknown) => transcript.add('<', String(error)));
    }
  };

  let pausing: Promise<void> | undefined;
  /** Xen counts pauses: one that nobody waits for any more, and that is under way, is not said again. */
  const pause = (): Promise<void> => (pausing ??= xl.pause(id).finally(() => (pausing = undefined)));

  let resuming: Promise<void> | undefined;
  /** Likewise: the second would be refused, of a guest that has woken. */
  const resume = (): Promise<void> => (resuming ??= sleep.resume().finally(() => (resuming = undefined)));

  /** Who is to serve the guest is asked before it runs for the first time, unless somebody else lets it run meanwhile. */
  const mayRun = async (signal: AbortSignal): Promise<void> => {
    const silent = await untilServed(store, clock, id, signal);
    // Too late: a run that is being ended must not begin.
    signal.throwIfAborted();
    if (silent !== undefined && watch.state() === 'prelaunch') throw silent;
  };

  return {
    observations: watch.observations,
    latestState: () => watch.state(),
    runState: async () => {
      await watch.look();
      return watch.state();
    },
    async release(signal) {
      if (watch.state() === 'suspended') {
        await act(`resume ${id}`, resume(), 'running');
        if (watch.present()?.state.shutdown === false) await sleep.awake();
        return;
      }
      if (!released) await mayRun(signal);
      if (!changeable.has(watch.state())) throw new WindlassError('XEN_WRONG_STATE', `the guest cannot go on: it has shut down (${watch.present()?.shutdownReason ?? 'unknown'})`);
      if (!released) await store.write(releasedPath(id), '1');
      released = true;
      await act(`unpause ${id}`, xl.unpause(id), 'running');
    },
    pause: () => act(`pause ${id}`, pause(), 'paused'),
    async suspend(signal) {
      // It may have fallen asleep without being seen, and a sleeping guest hears nothing more.
      await watch.look();
      signal.throwIfAborted();
      if (watch.state() !== 'suspended') await act(`suspend ${id}`, sleep.suspend(signal));
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
      watch.glance();
    },
    transcript: () => transcript.lines(),
    close: () => watch.end(),
  };
}
