/** Opening a channel to an anchor, and what its end means: the anchor's end, or only the channel's. */
import { goneDomain } from '../anchors/gone.js';
import { WindlassError } from '../errors.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import type { AnchorSession } from '../hypervisor-adapters/contract/session.js';
import type { AnchorInput } from '../machines/domain/events.js';
import type { RunState } from '../machines/observations.js';
import { withOomFacts } from './exit-facts.js';
import type { DomainHandles, DomainWorld } from './world.js';

/** Milliseconds between the end of a channel and calling it lost: a dying process closes its socket before it is gone. */
const dying = 250;

/**
 * The same where a hypervisor runs the domain, whose channel ends with the domain only: its teardown takes its time, and is asked for by
 * processes.
 */
const tearingDown = 30_000;

/** Milliseconds for which an anchor may leave us waiting before it is looked at whether it lives. */
const patience = 50;

/** Milliseconds for which a question may stay unanswered, where no document says. */
const usualSilence = 10_000;

/** Connects, reads the present state, and has everything that the channel tells seen by the machine's watch. */
export async function openChannel(world: DomainWorld, { anchor, incarnation, name }: AnchorInput, signal: AbortSignal): Promise<RunState> {
  const handles = world.handles(name);
  const { run } = handles;
  if (anchor === null) throw new WindlassError('NO_ANCHOR', 'there is no anchor to connect to', { domain: name });
  closeSession(handles);
  const session = await connect(world, handles, { anchor, incarnation, name }, signal);
  // Whoever wanted it has gone elsewhere meanwhile: nobody would ever close it.
  if (signal.aborted || run.signal.aborted) {
    session.close();
    throw new WindlassError('CONNECT_ABORTED', 'the channel was not wanted any more when it was open', { domain: name });
  }
  handles.session = session;
  session.observations.subscribe({
    next: (seen) => {
      // That it ended is told below, once it is clear that the anchor did not end with it.
      if (!run.signal.aborted && seen.type !== 'channel.lost') handles.seen.next({ ...seen, incarnation });
    },
    complete: () => {
      if (!run.signal.aborted && handles.session === session) void channelEnded(world, handles, anchor, incarnation);
    },
  });
  // Opening it told the state already; asking once more would cost every start, and each of a hundred adoptions, a round trip.
  return session.latestState();
}

/** Lets go of the channel, if there is one; the anchor does not mind. That it ends is no news then. */
export function closeSession(handles: DomainHandles): void {
  const { session } = handles;
  handles.session = undefined;
  session?.close();
}

/**
 * A dying process closes its socket before it is gone. How it ended says more than that nobody answered, so its end is given a moment to
 * be told first: the machine leaves then, which aborts the signal, and the failure is nobody's any more.
 */
export async function orItsEnd<Answer>(world: DomainWorld, asked: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    await world.ports.clock.sleep(dying, signal).catch(() => undefined);
    throw error;
  }
}

async function connect(
  world: DomainWorld,
  handles: DomainHandles,
  { anchor, incarnation, name }: AnchorInput & { readonly anchor: ProcessIdentity },
  signal: AbortSignal,
): Promise<AnchorSession> {
  const { built, home, wanted } = handles;
  if (home === undefined) throw new WindlassError('NO_ANCHOR', 'there is no anchor to connect to', { domain: name });
  // A domain that is being removed has no document any more; what it was built from is kept.
  const silence = (wanted ?? built)?.document.spec.deadlines.silence ?? usualSilence;
  const settled = new AbortController();
  // It was seen a moment ago, and mostly answers at once: a hundred that are adopted together need not all be looked at for that.
  void world.ports.clock.sleep(patience, settled.signal).then(
    () => lookForEnd(world, handles, anchor, incarnation, settled.signal),
    () => undefined,
  );
  try {
    return await orItsEnd(world, home.adapter.connect(world.ports, { layout: home.layout, identity: anchor, marker: home.marker, silence, signal }), signal);
  } finally {
    settled.abort();
  }
}

/**
 * The end of our own child is told by the kernel. That of an adopted one shows as the end of its channel, and so does that of a domain
 * that its hypervisor ran on without its process; only while there is none must it be looked for, since Node has no pidfd; and once a
 * signal was sent that ends it, as then nothing else may tell. Resolves when its end was told, or at the abort.
 */
export async function lookForEnd(world: DomainWorld, handles: DomainHandles, anchor: ProcessIdentity, incarnation: number, until: AbortSignal): Promise<void> {
  const { home, run } = handles;
  if (home === undefined || (handles.child !== undefined && home.adapter.domains === undefined)) return;
  const gone = await goneDomain(world.ports, anchor, home, AbortSignal.any([run.signal, until])).then(
    () => true,
    () => false,
  );
  if (!gone) return;
  // Our own child is not known to be gone before the kernel has told how.
  const ended = (await handles.child?.exited) ?? { code: null, signal: null };
  const exit = await withOomFacts(world, handles, anchor, ended);
  if (!run.signal.aborted) handles.seen.next({ type: 'anchor.exited', exit, incarnation });
}

async function channelEnded(world: DomainWorld, handles: DomainHandles, anchor: ProcessIdentity, incarnation: number): Promise<void> {
  const { run } = handles;
  const waited = new AbortController();
  const hosted = handles.home?.adapter.domains !== undefined;
  const gone = (hosted ? undefined : handles.child?.gone) ?? lookForEnd(world, handles, anchor, incarnation, waited.signal);
  const late = world.ports.clock.sleep(hosted ? tearingDown : dying, waited.signal).catch(() => undefined);
  const ended = await Promise.race([gone.then(() => true), late.then(() => false)]);
  waited.abort();
  if (!ended && !run.signal.aborted) handles.seen.next({ type: 'channel.lost', reason: 'the API channel ended, the anchor did not', incarnation });
}
