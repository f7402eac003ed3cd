/** What is asked of a living anchor: over its channel, or by a signal where the channel has no say. */
import { fromPromise } from 'xstate';
import { killAnchor, signalAnchor } from '../anchors/signals.js';
import { WindlassError } from '../errors.js';
import type { AnchorSession } from '../hypervisor-adapters/contract.js';
import type { AnchorInput, EffectInput } from '../machines/domain/events.js';
import type { RunState } from '../machines/observations.js';
import type { DomainActors } from './domain-actors.js';
import type { DomainWorld } from './world.js';

export function controlActors(world: DomainWorld): Pick<DomainActors, 'boot' | 'resume' | 'pause' | 'press' | 'quit' | 'terminate' | 'kill'> {
  const session = (name: string): AnchorSession => {
    const open = world.handles(name).session;
    if (open === undefined) throw new WindlassError('NO_CHANNEL', 'the API channel is not open', { domain: name, retryable: true });
    return open;
  };
  const thenLook = (act: (session: AnchorSession) => Promise<void>) =>
    fromPromise<RunState, EffectInput>(async ({ input: { name } }) => {
      const open = session(name);
      await act(open);
      return open.runState();
    });
  const ask = (act: (session: AnchorSession) => Promise<void>) =>
    fromPromise<undefined, AnchorInput>(async ({ input: { name } }) => {
      await act(session(name));
    });

  return {
    boot: thenLook((open) => open.release()),
    resume: thenLook((open) => open.release()),
    pause: thenLook((open) => open.pause()),
    press: ask((open) => open.press()),
    quit: ask((open) => open.quit()),
    terminate: fromPromise<undefined, AnchorInput>(async ({ input: { anchor } }) => {
      if (anchor !== null) await signalAnchor(world.ports, anchor, 'SIGTERM');
    }),
    /** Resolves when nothing that carries the domain's marker is left. */
    kill: fromPromise<undefined, AnchorInput>(async ({ input: { anchor, name }, signal }) => {
      const { home } = world.handles(name);
      await killAnchor(world.ports, anchor, home?.layout, signal);
    }),
  };
}
