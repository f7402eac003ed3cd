/** What must hold in every state, and what must be reached from every state. */
import type { State } from './follow.js';
import type { Setting } from './documents.js';
import { mayLive, mine } from './world.js';

export interface Rule {
  readonly name: string;
  readonly holds: (state: State) => boolean;
}

const phase = ({ at }: State): string => at.path.split('.')[0] ?? '';

export const safety: readonly Rule[] = [
  { name: 'there are never two anchors for one domain', holds: ({ world }) => world.anchors.length <= 1 },
  {
    name: 'no terminal or unanchored phase has a possibly living anchor',
    holds: (state) => !['pending', 'halted', 'failed', 'backoff', 'gone'].includes(phase(state)) || !mayLive(state.world),
  },
  { name: 'no resource is released while its anchor may live', holds: ({ world }) => world.claims || !mayLive(world) },
  { name: 'no guest holds memory that is not counted, or not on record', holds: ({ world }) => world.anchors.every(({ held }) => held <= world.counted && held <= (world.record?.counts ?? 0)) },
  { name: 'the anchor is the one that the machine believes it built', holds: isAsBuilt },
  { name: 'every wait has a deadline', holds: ({ at }) => at.status !== 'active' || at.effect === null || at.timers.length > 0 },
  { name: 'every event has an answer', holds: ({ at }) => at.status === (at.path === 'gone' ? 'done' : 'active') },
];

function isAsBuilt({ at, world }: State): boolean {
  const anchor = mine(world);
  return anchor === undefined || at.context.built === null || at.context.anchor === null || anchor.key === at.context.built.anchorKey;
}

/** What is counted is what the guest holds, which may keep memory. Where something went wrong, it may count for too much: nobody knew for how much. */
function isReckoned({ world }: State): boolean {
  const held = mine(world)?.held ?? 0;
  const counted = Math.min(world.counted, world.record?.counts ?? 0);
  return !world.counting || counted === held || (world.tainted && counted > held);
}

/** Is the domain where its document, or its policy after something went wrong, wants it? */
export function isSettled(state: State, { onChange, policy }: Setting): boolean {
  const { at, world } = state;
  const { desired } = at.context;
  const quiet = world.anchors.length === 0 && world.stray === null && !world.claims;
  if (desired.removed) return at.path === 'gone' && quiet;
  if (desired.power === 'halted') return at.path === 'halted' && quiet;
  if (at.path === 'failed') return world.spoiled && quiet;
  if (at.path === 'halted') return world.spoiled && quiet && policy !== 'Always';
  const anchor = mine(world);
  if (anchor === undefined || !world.claims || world.session !== 'open') return false;
  if (anchor.key !== desired.anchorKey && onChange !== 'defer') return false;
  const resized = anchor.memory === null || (anchor.memory === desired.memory && isReckoned(state));
  if (desired.power === 'running') return at.path === 'anchored.running.healthy' && anchor.guest === 'running' && resized;
  if (desired.power === 'suspended') return at.path === 'anchored.running.suspended' && anchor.guest === 'suspended';
  const stopped = anchor.guest === 'paused' || anchor.guest === 'prelaunch' || anchor.guest === 'io-error';
  // One that never ran is given its memory when it does.
  return ((at.path === 'anchored.running.paused' && resized) || at.path === 'anchored.device-model-ready.ready') && stopped;
}
