/**
 * What happens when: an endless list that follows from the seed and the names of the domains alone, and from nothing that happens in the
 * run. It keeps its own account of which documents there are, so that it adds what is not there and edits what is.
 */
import type { Random } from './random.js';
import { createRandom } from './random.js';

/** What a document asks for; everything else in it is the same for all. */
export interface Wish {
  /** Another size needs another anchor. */
  readonly memory: '16Mi' | '20Mi' | '24Mi';
  readonly power: 'running' | 'paused' | 'halted';
  /** Changes under the running guest. */
  readonly policy: 'Always' | 'OnFailure';
}

export type ChaosAction =
  /** Kill -9, and a new engine `downFor` milliseconds later. */
  | { readonly kind: 'kill-engine'; readonly downFor: number }
  /** SIGTERM: it lets go of its guests and ends. */
  | { readonly kind: 'stop-engine'; readonly downFor: number }
  | { readonly kind: 'kill-anchor'; readonly domain: string }
  | { readonly kind: 'freeze-anchor'; readonly domain: string }
  | { readonly kind: 'thaw-anchor'; readonly domain: string }
  | { readonly kind: 'add'; readonly domain: string; readonly wish: Wish }
  | { readonly kind: 'edit'; readonly domain: string; readonly wish: Wish }
  | { readonly kind: 'remove'; readonly domain: string }
  | { readonly kind: 'fill-disk' }
  | { readonly kind: 'free-disk' }
  /** In the middle of the next message that comes in, or goes out. */
  | { readonly kind: 'cut-channel'; readonly domain: string; readonly way: 'in' | 'out' }
  /** The wall clock of the engine, in milliseconds ahead of (or behind) the host's. */
  | { readonly kind: 'move-clock'; readonly offset: number }
  /** Chaos rests until everything is as the documents ask. */
  | { readonly kind: 'calm' };

export type ActionKind = ChaosAction['kind'];

export interface Step {
  readonly number: number;
  /** Milliseconds after the step before. */
  readonly wait: number;
  readonly action: ChaosAction;
}

type Chosen = Exclude<ActionKind, 'calm' | 'thaw-anchor' | 'free-disk'>;

const weights: readonly (readonly [Chosen, number])[] = [
  ['kill-engine', 9],
  ['stop-engine', 3],
  ['kill-anchor', 20],
  ['freeze-anchor', 10],
  ['add', 14],
  ['edit', 20],
  ['remove', 9],
  ['cut-channel', 14],
  ['move-clock', 4],
  ['fill-disk', 3],
];
const stepsOfRound = 40;

export const firstWish: Wish = { memory: '16Mi', power: 'running', policy: 'OnFailure' };

export function* schedule(seed: number, names: readonly string[]): Generator<Step, never, undefined> {
  const random = createRandom(seed);
  const wishes = new Map<string, Wish>(names.map((name) => [name, firstWish]));
  /** What undoes an earlier step, so many steps later. */
  let debts: { readonly in: number; readonly action: ChaosAction }[] = [];
  let number = 0;
  const step = (wait: number, action: ChaosAction): Step => ({ number: (number += 1), wait, action });
  const owe = (action: ChaosAction): void => {
    debts = [...debts, { in: random.between(1, 12), action }];
  };

  for (;;) {
    for (let turn = 0; turn < stepsOfRound; turn += 1) {
      const due = debts.find((debt) => debt.in <= 0);
      debts = debts.filter((debt) => debt !== due).map((debt) => ({ ...debt, in: debt.in - 1 }));
      const action = due?.action ?? chosen(random, names, wishes);
      if (action === undefined) continue;
      if (action.kind === 'freeze-anchor') owe({ kind: 'thaw-anchor', domain: action.domain });
      if (action.kind === 'fill-disk') owe({ kind: 'free-disk' });
      yield step(waitBefore(random), action);
    }
    debts = [];
    yield step(0, { kind: 'calm' });
  }
}

/** Some follow at once: what goes wrong goes wrong in the middle of something else. */
function waitBefore(random: Random): number {
  return random.next() < 0.4 ? random.between(0, 40) : random.between(50, 900);
}

/** Undefined where there is nothing to do it to. */
function chosen(random: Random, names: readonly string[], wishes: Map<string, Wish>): ChaosAction | undefined {
  const kind = weighted(random);
  const present = names.filter((name) => wishes.has(name));
  const absent = names.filter((name) => !wishes.has(name));
  // Mostly what has an anchor, as far as that can be told from here.
  const likely = present.filter((name) => wishes.get(name)?.power !== 'halted');
  const victim = (): string => random.pick(likely.length > 0 && random.next() < 0.85 ? likely : names);
  switch (kind) {
    case 'kill-engine':
    case 'stop-engine':
      return { kind, downFor: random.next() < 0.5 ? 0 : random.between(0, 2500) };
    case 'kill-anchor':
    case 'freeze-anchor':
      return { kind, domain: victim() };
    case 'cut-channel':
      return { kind, domain: victim(), way: random.pick(['in', 'out']) };
    case 'fill-disk':
      return { kind };
    case 'move-clock':
      return { kind, offset: random.between(-48, 48) * 3_600_000 + random.between(-5000, 5000) };
    case 'add':
      return absent.length === 0 ? undefined : wished(random, wishes, 'add', random.pick(absent));
    case 'edit':
      return present.length === 0 ? undefined : wished(random, wishes, 'edit', random.pick(present));
    case 'remove': {
      if (present.length === 0) return undefined;
      const domain = random.pick(present);
      wishes.delete(domain);
      return { kind, domain };
    }
  }
}

function wished(random: Random, wishes: Map<string, Wish>, kind: 'add' | 'edit', domain: string): ChaosAction {
  const wish: Wish = {
    memory: random.pick(['16Mi', '20Mi', '24Mi']),
    power: random.pick(['running', 'running', 'running', 'running', 'running', 'running', 'paused', 'halted']),
    policy: random.pick(['Always', 'OnFailure']),
  };
  wishes.set(domain, wish);
  return { kind, domain, wish };
}

function weighted(random: Random): Chosen {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  let left = random.next() * total;
  for (const [kind, weight] of weights) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'kill-anchor';
}

/** One action as a line, for people. */
export function inWords(action: ChaosAction): string {
  switch (action.kind) {
    case 'kill-engine':
    case 'stop-engine':
      return `${action.kind}, the next after ${action.downFor} ms`;
    case 'add':
    case 'edit':
      return `${action.kind} ${action.domain}: ${action.wish.memory}, ${action.wish.power}, ${action.wish.policy}`;
    case 'cut-channel':
      return `cut-channel ${action.domain}, ${action.way === 'in' ? 'in what comes in' : 'in what goes out'}`;
    case 'move-clock':
      return `move-clock to ${(action.offset / 3_600_000).toFixed(3)} h`;
    case 'kill-anchor':
    case 'freeze-anchor':
    case 'thaw-anchor':
    case 'remove':
      return `${action.kind} ${action.domain}`;
    case 'fill-disk':
    case 'free-disk':
    case 'calm':
      return action.kind;
  }
}
