/** The end of a run: evidence is kept first, absence is confirmed, and only then is anything removed or released. */
import { reapAnchor, removeState } from '../anchors/reap.js';
import type { DomainEffects } from '../machines/domain/events.js';
import { keepEvidence } from './evidence.js';
import type { DomainActors } from './domain-actors.js';
import { closeSession } from './channel.js';
import { effect } from './effect.js';
import { becomeReady, type DomainHandles, type DomainWorld } from './world.js';

type Capture = DomainEffects['capture'];
type Reap = DomainEffects['reap'];

export function endingActors(world: DomainWorld): Pick<DomainActors, 'capture' | 'reap'> {
  return {
    capture: effect<Capture['output'], Capture['input']>(world, async ({ input: { end, incarnation, name } }) => {
      const { built, home, session } = world.handles(name);
      if (home === undefined) return { evidence: null, lastWords: '' };
      return keepEvidence(world.ports, {
        layout: home.layout,
        incarnation,
        end,
        details: built,
        transcript: session?.transcript() ?? [],
        exit: end?.exit ?? null,
      });
    }),

    reap: effect<undefined, Reap['input']>(world, async ({ input: { end, failures, name, removed }, signal }) => {
      const handles = world.handles(name);
      const { home } = handles;
      await handles.recording;
      const { cgroup } = handles;
      if (home !== undefined) {
        await reapAnchor(world.ports, home, { transient: transientOf(handles), changes: { end, failures } });
        await home.adapter.giveBackDevices?.(world.ports, handles.built?.claims ?? []);
        if (removed) await removeState(world.ports, home);
      }
      // Nothing that the anchor has started outlives it. What does not end there holds nothing that is the domain's.
      if (cgroup !== undefined && (await world.ports.cgroups.remove(cgroup))) handles.cgroup = undefined;
      // Too late, and another look may be under way: what is held is given back by the one that is believed.
      signal.throwIfAborted();
      fallSilent(handles);
      world.claims.release(name);
      world.admission.release(name);
      return undefined;
    }),
  };
}

function transientOf({ home, placed }: DomainHandles): readonly string[] {
  // An adopted anchor has no recipe here; the preparation of the next one removes its leftovers.
  return placed !== undefined && placed.layout === home?.layout ? placed.plan.recipe.transient : [];
}

/** Nothing of the run that is over is heard any more. */
function fallSilent(handles: DomainHandles): void {
  handles.run.abort();
  closeSession(handles);
  handles.launching = undefined;
  handles.gone = undefined;
  handles.built = undefined;
  becomeReady(handles, false);
}
