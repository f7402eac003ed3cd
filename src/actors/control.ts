/** What is asked of a living anchor: over its channel, or by a signal where the channel has no say. */
import { killAnchor, signalAnchor } from '../anchors/signals.js';
import { whyStillThere } from '../anchors/stuck.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import { WindlassError } from '../errors.js';
import type { AnchorSession } from '../hypervisor-adapters/contract/session.js';
import { problemOf } from '../machines/domain/problem.js';
import type { AnchorInput, DomainEffects, EffectInput } from '../machines/domain/events.js';
import type { RunState } from '../machines/observations.js';
import { lookForEnd, orItsEnd } from './channel.js';
import { displayPassword, passwordField } from './display-password.js';
import type { DomainActors } from './domain-actors.js';
import { effect } from './effect.js';
import type { DomainWorld } from './world.js';

export function controlActors(world: DomainWorld): Pick<DomainActors, 'boot' | 'resume' | 'pause' | 'suspend' | 'ask' | 'press' | 'quit' | 'terminate' | 'kill'> {
  const session = (name: string): AnchorSession => {
    const open = world.handles(name).session;
    if (open === undefined) throw new WindlassError('NO_CHANNEL', 'the API channel is not open', { domain: name, retryable: true });
    return open;
  };
  /** What the channel has told by itself by then needs no question, which would cost a start another turn of the VMM's loop. */
  const thenLook = (act: (session: AnchorSession, name: string, signal: AbortSignal) => Promise<void>, hoped: RunState, look = (open: AnchorSession): Promise<RunState> => open.runState()) =>
    effect<RunState, EffectInput>(world, async ({ input: { name }, signal }) => {
      const open = session(name);
      await orItsEnd(world, act(open, name, signal), signal);
      return open.latestState() === hoped ? hoped : orItsEnd(world, look(open), signal);
    });
  const simply = (act: (session: AnchorSession) => Promise<void>) =>
    effect<undefined, AnchorInput>(world, async ({ input: { name } }) => {
      await act(session(name));
    });

  /** A launch that was cut short may start its process yet: absence is certain only after that. */
  const launched = (name: string, signal: AbortSignal): Promise<ProcessIdentity | undefined> =>
    new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      void (world.handles(name).launching ?? Promise.resolve(undefined)).then((identity) => {
        signal.removeEventListener('abort', abort);
        resolve(identity);
      });
    });

  return {
    boot: thenLook(async (open, name, signal) => {
      await setDisplayPassword(world, open, name, signal);
      // Too late: a run that is being ended must not begin.
      signal.throwIfAborted();
      await open.release(signal);
    }, 'running'),
    resume: thenLook((open, _, signal) => open.release(signal), 'running'),
    pause: thenLook((open) => open.pause(), 'paused'),
    suspend: thenLook((open, _, signal) => open.suspend(signal), 'suspended', lookAfterSleep),
    /** Settles only where asking again would not help: the machine leaves when the guest is off, or at the deadline. */
    ask: effect<undefined, DomainEffects['ask']['input']>(world, async ({ input: { again, name }, signal }) => {
      let asked = false;
      for (;;) {
        const open = session(name);
        try {
          await open.ask(signal);
          asked = true;
        } catch (error) {
          signal.throwIfAborted();
          // A guest that was asked once may be on its way: that it cannot be asked again says nothing.
          if (!asked && !(error instanceof WindlassError && error.retryable)) throw error;
          if (!asked) world.tell(name, { type: 'effect.waiting', problem: problemOf(error) });
        }
        await world.ports.clock.sleep(again, signal);
      }
    }),
    /** Settles only if the first press fails: the machine leaves when the guest is off, or at the deadline. */
    press: effect<undefined, DomainEffects['press']['input']>(world, async ({ input: { again, name }, signal }) => {
      await session(name).press();
      for (;;) {
        await world.ports.clock.sleep(again, signal);
        // A guest that was asked once may be on its way: that it cannot be asked again says nothing.
        await world.handles(name).session?.press().catch(() => undefined);
      }
    }),
    quit: simply((open) => open.quit()),
    terminate: effect<undefined, AnchorInput>(world, async ({ input: { anchor, incarnation, name }, signal }) => {
      const living = anchor ?? (await launched(name, signal));
      // There is nothing to wait for: the next rung makes sure.
      if (living === undefined) throw new WindlassError('NO_ANCHOR', 'no anchor was started', { domain: name });
      // Nothing else tells the end of an adopted anchor whose channel is not open: without this the next rung would be blamed for it.
      if (await signalAnchor(world.ports, living, 'SIGTERM')) await lookForEnd(world, world.handles(name), living, incarnation, signal);
    }),
    /** Resolves when nothing that carries the domain's marker is left. */
    kill: effect<undefined, AnchorInput>(world, async ({ input: { anchor, name }, signal }) => {
      const living = anchor ?? (await launched(name, signal)) ?? null;
      const settled = new AbortController();
      if (living !== null) void tellIfStuck(world, name, living, AbortSignal.any([signal, settled.signal]));
      try {
        if (living !== null) await signalAnchor(world.ports, living, 'SIGKILL');
        // A wrapper around the VMM, or what it has started.
        const { cgroup } = world.handles(name);
        if (cgroup !== undefined) await world.ports.cgroups.kill(cgroup).catch(() => undefined);
        await killAnchor(world.ports, living, world.handles(name).home, signal, ({ message }) =>
          world.tell(name, { type: 'effect.waiting', problem: { reason: 'ANCHOR_UNKILLABLE', message: `the hypervisor did not destroy the domain: ${message}`, retryable: true } }),
        );
      } finally {
        settled.abort();
      }
    }),
  };
}

/** Whoever looks may look again at once; a guest that has obeyed would sleep twice if it were asked again at once. */
async function lookAfterSleep(open: AnchorSession): Promise<RunState> {
  try {
    return await open.runState();
  } catch (error) {
    const { message, reason } = problemOf(error);
    throw new WindlassError(reason, `the guest was put to sleep, and whether it sleeps cannot be seen: ${message}`, { cause: error });
  }
}

/** Before the guest has drawn anything; once it has run, nobody needs the secret again. */
async function setDisplayPassword(world: DomainWorld, open: AnchorSession, name: string, signal: AbortSignal): Promise<void> {
  const document = world.handles(name).built?.document;
  const password = document === undefined ? undefined : await displayPassword(world.ports, document);
  if (password === undefined) return;
  await open.setDisplayPassword?.(password, signal).catch((error: unknown) => {
    // By the field it is told from the release that comes next: a guest that somebody else lets run lacks its password.
    throw error instanceof WindlassError ? new WindlassError(error.code, `${passwordField}: ${error.message}`, { cause: error, field: passwordField, retryable: error.retryable }) : error;
  });
}

/** Never rejects. */
async function tellIfStuck(world: DomainWorld, name: string, anchor: ProcessIdentity, signal: AbortSignal): Promise<void> {
  const problem = await whyStillThere(world.ports, anchor, signal).catch(() => undefined);
  if (problem !== undefined) world.tell(name, { type: 'effect.waiting', problem });
}
