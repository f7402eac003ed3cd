/** The end of a run: why goes on record before anything is done about it, evidence is kept first, absence is confirmed, and only then is anything removed or released. */
import { readRecord, type RecordChanges, updateRecord } from '../anchors/record.js';
import { reapAnchor, removeState } from '../anchors/reap.js';
import type { DomainEffects } from '../machines/domain/events.js';
import { keepEvidence } from './evidence.js';
import type { DomainActors } from './domain-actors.js';
import { closeSession } from './channel.js';
import { effect } from './effect.js';
import { giveBackHostDevices } from './host-devices.js';
import { becomeReady, type DomainHandles, type DomainWorld, type NotGivenBack } from './world.js';

type Capture = DomainEffects['capture'];
type Reap = DomainEffects['reap'];
type Note = DomainEffects['note'];

export function endingActors(world: DomainWorld): Pick<DomainActors, 'note' | 'capture' | 'reap'> {
  return {
    note: effect<undefined, Note['input']>(world, async ({ input: { end, incarnation, name }, signal }) => {
      const handles = world.handles(name);
      // A launch that was cut short may still write its record, from what it knew before.
      await handles.launching;
      signal.throwIfAborted();
      const writing = handles.recording.then(async () => {
        if (handles.home === undefined) return;
        const { layout } = handles.home;
        const reading = await readRecord(world.ports, layout);
        if (reading.state !== 'read' || reading.record.incarnation !== incarnation) return;
        // The anchor may have come to serve a newer document than its record names: the end is of that one.
        const served = handles.wanted !== undefined && handles.wanted.generation === end?.generation ? numbered(handles) : {};
        await updateRecord(world.ports, layout, reading.record, { ending: end, ...served });
      });
      handles.recording = writing.catch(() => undefined);
      await writing;
      return undefined;
    }),

    capture: effect<Capture['output'], Capture['input']>(world, async ({ input: { end, incarnation, name } }) => {
      const { built, home, session } = world.handles(name);
      if (home === undefined) return { evidence: null, lastWords: '' };
      return keepEvidence(world.ports, {
        adapter: home.adapter,
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
      await Promise.all([handles.recording, handles.placing]);
      const { cgroup } = handles;
      let left: NotGivenBack | undefined;
      if (home !== undefined) {
        await reapAnchor(world.ports, home, { transient: transientOf(handles), changes: { end, ending: null, failures, ...numbered(handles) } });
        left = await giveBackHostDevices(world, handles, home, { claims: handles.built?.claims ?? [], signal });
        if (removed) await removeState(world.ports, home);
      }
      // Nothing that the anchor has started outlives it. What does not end there holds nothing that is the domain's.
      if (cgroup !== undefined && (await world.ports.cgroups.remove(cgroup))) handles.cgroup = undefined;
      // Too late, and another look may be under way: what is held is given back by the one that is believed.
      signal.throwIfAborted();
      fallSilent(handles);
      // Before anybody else can get them.
      if (left !== undefined) world.leaveDevices(name, left);
      world.claims.release(name);
      world.admission.release(name);
      return undefined;
    }),
  };
}

/** The next engine counts generations on from the last document that this one knew: no other may take the number of one that failed. */
function numbered({ wanted }: DomainHandles): RecordChanges {
  return wanted === undefined ? {} : { generation: wanted.generation, document: wanted.document };
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
  handles.child = undefined;
  handles.built = undefined;
  becomeReady(handles, false);
}
