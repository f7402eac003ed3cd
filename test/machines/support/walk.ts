/** Walks the pure machine: from each state each event, the shortest way to every transition first. */
import { initialTransition } from 'xstate';
import type { AnyEventObject } from 'xstate';
import { domainMachine } from '../../../src/machines/domain.js';
import { rungs } from '../../../src/machines/observations.js';
import { abstracted } from '../model/abstraction.js';
import { livingAnchor, nothingThere, leftBehind, someAnchor, wanted } from './documents.js';
import { nameOf, pathOf } from './paths.js';
import type { EffectName } from './stage.js';
import { type Snapshot, nextSnapshot } from './next-snapshot.js';

/** What a walker does: an effect answers or fails, a timer fires, or something is sent. */
export type Stride =
  | { readonly kind: 'done'; readonly effect: EffectName; readonly output: unknown }
  | { readonly kind: 'fail'; readonly effect: EffectName; readonly error: unknown }
  | { readonly kind: 'after'; readonly type: string }
  | { readonly kind: 'send'; readonly event: AnyEventObject };

export interface Way {
  readonly strides: readonly Stride[];
  /** State paths after each stride. */
  readonly states: readonly string[];
}

const plan = { anchorKey: 'key-a', generation: 1, ladder: rungs };
const answers: Partial<Record<EffectName, readonly unknown[]>> = {
  observe: [nothingThere, livingAnchor({ incarnation: 1, ladder: rungs }), leftBehind({ incarnation: 1 }), { presence: 'unknown', why: 'hidden' }],
  plan: [plan],
  launch: [someAnchor],
  connect: ['prelaunch', 'running', 'suspended'],
  boot: ['running'],
  pause: ['paused'],
  resume: ['running', 'io-error'],
  suspend: ['suspended', 'running'],
  weigh: [0.5, 2].map((part) => ({ memory: wanted().memory, needs: wanted().memory, counted: part * wanted().memory })),
  resize: [wanted().memory, 2 * wanted().memory],
  capture: [{ evidence: '/evidence/1', lastWords: '' }],
};
const failures = [true, false].map((retryable) => ({ code: 'REASON', message: 'problem', retryable }));
const seen = (event: object): AnyEventObject => ({ ...event, incarnation: 1 }) as unknown as AnyEventObject;
const sent: readonly AnyEventObject[] = [
  { type: 'desired.changed', desired: wanted({ generation: 2, anchorKey: 'key-b' }) },
  { type: 'desired.changed', desired: wanted({ generation: 2, power: 'paused' }) },
  { type: 'desired.changed', desired: wanted({ generation: 2, power: 'suspended' }) },
  { type: 'desired.changed', desired: wanted({ generation: 2, power: 'halted' }) },
  { type: 'desired.changed', desired: wanted({ generation: 3 }) },
  { type: 'desired.changed', desired: wanted({ removed: true }) },
  { type: 'retry' },
  { type: 'effect.waiting', problem: { reason: 'REASON', message: 'problem', retryable: true } },
  seen({ type: 'guest.state', state: 'running' }),
  seen({ type: 'guest.state', state: 'paused' }),
  seen({ type: 'guest.state', state: 'suspended' }),
  seen({ type: 'guest.state', state: 'io-error' }),
  seen({ type: 'guest.memory', bytes: 1 }),
  seen({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' }),
  seen({ type: 'channel.silent', forMilliseconds: 1 }),
  seen({ type: 'channel.answering' }),
  seen({ type: 'channel.lost', reason: 'end of file' }),
  seen({ type: 'anchor.exited', exit: { code: 1, signal: null } }),
];

function stridesFrom(snapshot: Snapshot): readonly (readonly [Stride, AnyEventObject])[] {
  if (snapshot.status !== 'active') return [];
  const effect = snapshot._nodes.flatMap((node) => node.invoke).find(({ src }) => src !== 'watch');
  const timers = snapshot._nodes.flatMap((node) => node.after.map(({ eventType: type }) => [{ kind: 'after', type }, { type }] as const));
  const others = sent.map((event) => [{ kind: 'send', event }, event] as const);
  if (effect === undefined) return [...timers, ...others];
  const name = nameOf(effect.src) as EffectName;
  const done = (answers[name] ?? [undefined]).map(
    (output) => [{ kind: 'done', effect: name, output }, { type: `xstate.done.actor.${effect.id}`, output, actorId: effect.id }] as const,
  );
  const failed = failures.map((error) => [{ kind: 'fail', effect: name, error }, { type: `xstate.error.actor.${effect.id}`, error, actorId: effect.id }] as const);
  return [...done, ...failed, ...timers, ...others];
}

export interface Walk {
  /** The shortest way to each pair of states that a transition joins. */
  readonly ways: readonly Way[];
  readonly states: ReadonlySet<string>;
  readonly transitions: number;
}

/** Ends when `enough` abstracted states were looked at. */
export function walk(enough: number): Walk {
  const [start] = initialTransition(domainMachine, { name: 'hello', desired: wanted() });
  const first = pathOf(start.value);
  const queue: { snapshot: Snapshot; way: Way }[] = [{ snapshot: start, way: { strides: [], states: [first] } }];
  const visited = new Set<string>();
  const joined = new Map<string, Way>();
  const states = new Set([first]);
  for (let next = 0; next < queue.length && next < enough; next++) {
    const here = queue[next];
    if (here === undefined) break;
    const { snapshot, way } = here;
    for (const [stride, event] of stridesFrom(snapshot)) {
      const after = nextSnapshot(domainMachine, snapshot, event);
      const path = pathOf(after.value);
      const further = { strides: [...way.strides, stride], states: [...way.states, path] };
      states.add(path);
      const join = `${pathOf(snapshot.value)} ${event.type} ${path}`;
      if (!joined.has(join)) joined.set(join, further);
      const key = `${path} ${JSON.stringify(abstracted(after.context, path))}`;
      if (visited.has(key)) continue;
      visited.add(key);
      queue.push({ snapshot: after, way: further });
    }
  }
  return { ways: [...joined.values()], states, transitions: joined.size };
}
