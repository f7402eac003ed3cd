import { and, createMachine, not, or, type AnyStateMachine } from 'xstate';

/** Configs are built as plain data, as a stranger's program might. */
interface Config {
  [key: string]: unknown;
  states?: Record<string, Config>;
}

/** A small generator of repeatable numbers (mulberry32): the same seed gives the same machine for ever. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const words = ['idle', 'loading', 'ready', 'active', 'waiting', 'done', 'retrying', 'authorizing', 'x', 'a-rather-long-state-name', 'open', 'closed', 'Élan vital', 'state "quoted"', 'a<b>&c', '日本語'];
const events = ['NEXT', 'STOP', 'user.clicked', 'RETRY', 'qmp.*', '*', 'a very long event name with spaces', 'CANCEL', 'x:y;z', '<tag> & "quotes"', 'TIMER', 'E{1}', 'ü'];
const guards = ['isReady', 'canRetry', 'hasEnoughMemoryForTheDomain', 'ok'];
const actions = ['log', 'notifyEverybodyWhoIsInterested', 'reset', 'count'];

/** A valid xstate machine of any shape: nested, parallel, with history, delays, invokes, wildcards and targets anywhere. */
export function randomMachine(seed: number): AnyStateMachine {
  const next = randomNumbers(seed);
  const chance = (p: number): boolean => next() < p;
  const upTo = (n: number): number => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[upTo(list.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  };
  const ids: string[] = [];
  const regions: string[][] = [];
  let budget = 3 + upTo(16);

  const makeState = (depth: number, key: string, parentKind: string): Config => {
    const id = `n${ids.length}`;
    ids.push(id);
    const state: Config = { id };
    if (chance(0.2)) state['tags'] = ['busy', 'SETTLED'].slice(0, 1 + upTo(2));
    if (chance(0.15)) state['description'] = `What it is for to be ${key}. It says so at some length, so that the words have to be broken.`;
    const children = depth < 3 && budget > 1 && chance(depth === 0 ? 1 : 0.3) ? Math.min(budget, 2 + upTo(4)) : 0;
    if (children === 0) {
      if (parentKind === 'compound' && chance(0.12)) state['type'] = 'final';
      return state;
    }
    budget -= children;
    const kind = depth > 0 && chance(0.35) ? 'parallel' : 'compound';
    const states: Record<string, Config> = {};
    for (let index = 0; index < children; index += 1) {
      const name = `${pick(words)}${index}`;
      states[name] = makeState(depth + 1, name, kind);
    }
    state.states = states;
    const keys = Object.keys(states);
    if (kind === 'parallel') {
      state['type'] = 'parallel';
      regions.push(Object.values(states).map((region) => String(region['id'])));
    }
    else {
      state['initial'] = keys[0];
      if (chance(0.25)) states['hist'] = { type: 'history', history: pick(['shallow', 'deep']), ...(chance(0.5) ? { target: keys[keys.length - 1] } : {}) };
    }
    return state;
  };

  const makeGuard = (): unknown => {
    const kind = upTo(6);
    if (kind === 0) return not(pick(guards));
    if (kind === 1) return and([pick(guards), or([pick(guards), not(pick(guards))])]);
    if (kind === 2) return { type: pick(guards), params: { limit: 3 } };
    if (kind === 3) return () => true;
    return pick(guards);
  };
  const makeTarget = (): Config => {
    const one: Config = {};
    if (regions.length > 0 && chance(0.06)) one['target'] = pick(regions).map((id) => `#${id}`);
    else if (chance(0.85)) one['target'] = `#${pick(ids)}`;
    if (chance(0.25)) one['actions'] = Array.from({ length: 1 + upTo(3) }, () => pick(actions));
    if (chance(0.1)) one['reenter'] = true;
    return one;
  };
  const candidates = (): unknown => {
    if (chance(0.7)) return makeTarget();
    return [...Array.from({ length: 1 + upTo(3) }, () => ({ ...makeTarget(), guard: makeGuard() })), ...(chance(0.6) ? [makeTarget()] : [])];
  };
  const wire = (state: Config): void => {
    if (state['type'] === 'history') return;
    if (state['type'] !== 'final') {
      const on: Config = {};
      for (let count = upTo(3); count > 0; count -= 1) on[pick(events)] = candidates();
      if (Object.keys(on).length > 0) state['on'] = on;
      if (chance(0.15)) state['after'] = { [pick(['1000', 'backoff', '90000'])]: candidates() };
      if (chance(0.1)) state['always'] = { ...makeTarget(), guard: makeGuard() };
      if (chance(0.25)) state['invoke'] = { src: pick(['load', 'watch']), ...(chance(0.5) ? { id: 'effect' } : {}), onDone: candidates(), ...(chance(0.6) ? { onError: candidates() } : {}) };
      if (state.states && chance(0.4)) state['onDone'] = makeTarget();
    }
    if (chance(0.2)) state['entry'] = ['log'];
    if (chance(0.1)) state['exit'] = ['reset', 'count'];
    for (const inner of Object.values(state.states ?? {})) wire(inner);
  };

  const root = makeState(0, 'root', 'none');
  wire(root);
  const config = pointRootTo({ ...root, id: `random-${seed}` }, ids[0] ?? '', `random-${seed}`);
  return createMachine(config as Parameters<typeof createMachine>[0]);
}

/** The root takes the machine's id, so what pointed to its own must point to that. */
function pointRootTo(value: unknown, from: string, to: string): unknown {
  if (value === `#${from}`) return `#${to}`;
  if (Array.isArray(value)) return value.map((each) => pointRootTo(each, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pointRootTo(each, from, to)]));
}
