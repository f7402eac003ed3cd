/** The memory of a living guest: what a change would count for, what is counted and on record, and the asking. The machine decides the order. */
import { WindlassError } from '../errors.js';
import type { DomainEffects, EffectInput } from '../machines/domain/events.js';
import type { MemoryChange } from '../machines/domain/memory.js';
import type { PlacementStatus } from '../status/status.js';
import type { DomainActors } from './domain-actors.js';
import { effect } from './effect.js';
import { recordChanges, recordFirst } from './recorded.js';
import type { DomainHandles, DomainWorld } from './world.js';

export function resizingActors(world: DomainWorld): Pick<DomainActors, 'weigh' | 'count' | 'resize'> {
  return {
    weigh: effect<MemoryChange, EffectInput>(world, async ({ input: { name } }) => {
      const handles = world.handles(name);
      const memory = handles.wanted?.document.spec.memory.size;
      const { memoryBytes: needs } = await placementOf(world, handles);
      // A guest that nobody can ask is not counted anew for it.
      if (memory === undefined || handles.built === undefined || handles.session?.resize === undefined) throw noChannel(name);
      return { memory, needs, counted: handles.built.placement.memoryBytes };
    }),

    // What is admitted changes before anything is waited for, and records are written in order: a count that comes too late is overtaken by none.
    count: effect<undefined, DomainEffects['count']['input']>(world, async ({ input: { anchor, bytes, name, unrecorded }, signal }) => {
      const handles = world.handles(name);
      const { built } = handles;
      if (anchor === null || bytes === null || built === undefined) throw new WindlassError('NO_ANCHOR', 'there is no anchor whose memory could be counted', { domain: name, retryable: true });
      const placement = { ...built.placement, memoryBytes: bytes };
      world.admission.resize(name, bytes);
      if (unrecorded === 'counts') {
        await recordChanges(world.ports, handles, anchor, { placement });
        return undefined;
      }
      await recordFirst(world.ports, handles, anchor, { placement }).catch((error: unknown) => {
        // Too late, and another change may be under way, whose count this would undo.
        if (!signal.aborted) world.admission.resize(name, built.placement.memoryBytes);
        throw error;
      });
      return undefined;
    }),

    resize: effect<number, DomainEffects['resize']['input']>(world, async ({ input: { bytes, name }, signal }) => {
      const { session } = world.handles(name);
      if (bytes === null || session?.resize === undefined) throw noChannel(name);
      return session.resize(bytes, signal);
    }),
  };
}

function noChannel(domain: string): WindlassError {
  return new WindlassError('NO_CHANNEL', 'nobody can be asked to change the memory of the guest', { domain, retryable: true });
}

/** Of the document as it is now, on the hypervisor that runs the guest. */
async function placementOf(world: DomainWorld, { home, name, wanted }: DomainHandles): Promise<PlacementStatus> {
  const placing = wanted === undefined ? undefined : await world.place(wanted, 'to weigh');
  if (placing?.ok !== true || placing.placed.adapter !== home?.adapter) {
    throw new WindlassError('NOT_PLANNED', 'the document cannot be planned for the hypervisor that runs the guest', { domain: name, retryable: true });
  }
  return placing.placed.placement;
}
