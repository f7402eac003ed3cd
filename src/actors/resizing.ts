/** The memory of a living guest is changed, and with it what the domain counts for when others ask to start. */
import { WindlassError } from '../errors.js';
import type { AnchorInput } from '../machines/domain/events.js';
import type { DomainActors } from './domain-actors.js';
import { effect } from './effect.js';
import { recordChanges, recordFirst } from './recorded.js';
import type { DomainHandles, DomainWorld } from './world.js';

/** Bytes that a guest may hold beyond what it was asked for, and still has obeyed: hypervisors count some pages of their own. */
const slack = 4 * 2 ** 20;

/**
 * What a guest is given is counted, and on record, before it has it; what it is asked for counts as long as it is not seen to be given back.
 * So an engine that is killed in between never gives the same memory to two.
 */
export function resizeActor(world: DomainWorld): DomainActors['resize'] {
  return effect<number, AnchorInput>(world, async ({ input: { anchor, name }, signal }) => {
    const handles = world.handles(name);
    const { built, session, wanted } = handles;
    if (anchor === null || built === undefined || session?.resize === undefined || wanted === undefined) {
      throw new WindlassError('NO_CHANNEL', 'nobody can be asked to change the memory of the guest', { domain: name, retryable: true });
    }
    const { size } = wanted.document.spec.memory;
    const { placement } = await placed(world, handles, name);
    signal.throwIfAborted();
    const before = built.placement.memoryBytes;
    const grows = placement.memoryBytes > before;
    if (grows) {
      world.admission.resize(name, placement.memoryBytes);
      await recordFirst(world.ports, handles, anchor, { placement }).catch((error: unknown) => {
        world.admission.resize(name, before);
        throw error;
      });
      signal.throwIfAborted();
    }
    const held = await session.resize(size, signal);
    // Too late, and another change may be under way: what it was counted for before is more.
    if (grows || held > size + slack || signal.aborted) return size;
    world.admission.resize(name, placement.memoryBytes);
    // Where it cannot be written, the next engine counts what it was: that is more, too.
    await recordChanges(world.ports, handles, anchor, { placement });
    return size;
  });
}

async function placed(world: DomainWorld, { home, wanted }: DomainHandles, name: string): Promise<Extract<Awaited<ReturnType<DomainWorld['place']>>, { ok: true }>['placed']> {
  const placing = wanted === undefined ? undefined : await world.place(wanted);
  if (placing?.ok !== true || placing.placed.adapter !== home?.adapter) {
    throw new WindlassError('NOT_PLANNED', 'the document cannot be planned for the hypervisor that runs the guest', { domain: name, retryable: true });
  }
  return placing.placed;
}
