/** Opening a channel to an anchor, and what its end means: the anchor's end, or only the channel's. */
import { goneAnchor } from '../anchors/gone.js';
import { WindlassError } from '../errors.js';
import type { ProcessIdentity } from '../effects/ports.js';
import type { AnchorInput } from '../machines/domain/events.js';
import type { RunState } from '../machines/observations.js';
import type { DomainHandles, DomainWorld } from './world.js';

/** Milliseconds between the end of a channel and calling it lost: a dying process closes its socket before it is gone. */
const dying = 250;

/** Connects, reads the present state, and has everything that the channel tells seen by the machine's watch. */
export async function openChannel(world: DomainWorld, { anchor, incarnation, name }: AnchorInput, signal: AbortSignal): Promise<RunState> {
  const handles = world.handles(name);
  const { home } = handles;
  if (home === undefined || anchor === null) throw new WindlassError('NO_ANCHOR', 'there is no anchor to connect to', { domain: name });
  handles.session?.close();
  const silence = handles.wanted?.document.spec.deadlines.silence ?? 10_000;
  const connected = new AbortController();
  void lookForEnd(world, handles, anchor, incarnation, connected.signal);
  const session = await home.adapter
    .connect(world.ports, { layout: home.layout, identity: anchor, silence, signal })
    .finally(() => connected.abort());
  handles.session = session;
  const { run } = handles;
  session.observations.subscribe({
    next: (seen) => {
      // That it ended is told below, once it is clear that the anchor did not end with it.
      if (!run.signal.aborted && seen.type !== 'channel.lost') handles.seen.next({ ...seen, incarnation });
    },
    complete: () => {
      if (!run.signal.aborted && handles.session === session) void channelEnded(world, handles, anchor, incarnation);
    },
  });
  return session.runState();
}

/**
 * The end of our own child is told by the kernel. That of an adopted one shows as the end of its channel; only while there is none must
 * it be looked for, since Node has no pidfd.
 */
async function lookForEnd(world: DomainWorld, handles: DomainHandles, anchor: ProcessIdentity, incarnation: number, until: AbortSignal): Promise<void> {
  if (handles.gone !== undefined) return;
  const { run } = handles;
  const gone = await goneAnchor(world.ports, anchor, AbortSignal.any([run.signal, until])).then(
    () => true,
    () => false,
  );
  if (gone) handles.seen.next({ type: 'anchor.exited', exit: { code: null, signal: null }, incarnation });
}

async function channelEnded(world: DomainWorld, handles: DomainHandles, anchor: ProcessIdentity, incarnation: number): Promise<void> {
  const { run } = handles;
  const waited = new AbortController();
  const gone = handles.gone ?? lookForEnd(world, handles, anchor, incarnation, waited.signal);
  const ended = await Promise.race([gone.then(() => true), world.ports.clock.sleep(dying).then(() => false)]);
  waited.abort();
  if (!ended && !run.signal.aborted) handles.seen.next({ type: 'channel.lost', reason: 'the API channel ended, the anchor did not', incarnation });
}
