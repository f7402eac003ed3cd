/** How the world follows the machine: what its steps begin, what they abandon, and what comes of that. */
import type { Guarantees } from './guarantees.js';
import type { Position, Step } from './machine.js';
import type { Anchor, World } from './world.js';
import { withMine } from './world.js';

export interface State {
  readonly at: Position;
  readonly world: World;
}

/** The world, once the machine has taken a step: effects that it left are aborted, others begin. */
export function follow({ promised }: { readonly promised: Guarantees }, world: World, { began, ended, to }: Step): State {
  let next = world;
  if (ended) next = { ...abandoned(next, promised), working: null, countedBefore: 0 };
  if (began === 'launch') next = { ...next, session: 'none', tainted: false, anchors: next.anchors.map((anchor) => ({ ...anchor, mine: false })), stray: next.stray && { ...next.stray, mine: false } };
  if (began !== null) next = { ...next, working: { name: began, progress: 'asked', key: to.context.desired.anchorKey, stale: false, read: null, bytes: weighed(to) } };
  // An old connection is closed before another is opened.
  if (!to.watches || began === 'connect') next = { ...next, session: 'none' };
  if (next.session === 'none' || next.session === 'lost') next = withMine(next, heard);
  return { at: to, world: next };
}

/** Which memory an effect is about, where it is about one. */
const weighed = ({ context, effect }: Position): number | null => (effect?.name === 'weigh' ? context.desired.memory : effect?.name === 'count' ? (context.memoryChange?.needs ?? null) : null);

/** What no channel is there to tell is read by the next that is opened. */
const heard = (anchor: Anchor): Anchor => (anchor.told && anchor.memoryTold ? anchor : { ...anchor, told: true, memoryTold: true });

/** The world, as a machine that begins finds it. */
export function arrive(world: World, { began, to }: Step): State {
  return { at: to, world: { ...world, working: began === null ? null : { name: began, progress: 'asked', key: to.context.desired.anchorKey, stale: false, read: null, bytes: null } } };
}

/** Nobody waits any more for the effect under way; what of it may still happen depends on what it promises. */
function abandoned(world: World, promised: Guarantees): World {
  const { placed, working } = world;
  if (working === null || working.progress === 'settled') return world;
  const stray = { mine: true, key: placed ?? 'none' };
  switch (working.name) {
    case 'launch':
      if (working.progress === 'halfway' || (working.progress === 'asked' && !promised.launchHonoursAbort)) return { ...world, stray };
      // What it has started it records, though nobody waits for its answer.
      return working.progress === 'acted' && world.record !== null ? { ...world, record: { ...world.record, lived: true } } : world;
    case 'reap':
      return working.progress === 'halfway' && !promised.lateReleaseIsHarmless ? { ...world, lateRelease: true } : world;
    case 'release':
      return promised.lateReleaseIsHarmless ? world : { ...world, lateRelease: true };
    case 'plan':
      return promised.latePlanIsHarmless ? world : { ...world, latePlan: working.key };
    case 'count':
      return promised.countsInOrder || working.progress !== 'asked' ? world : { ...world, lateCount: working.bytes };
    default:
      return world;
  }
}
