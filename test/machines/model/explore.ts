/** Breadth first through the product of machine and world: the first state that breaks a rule has the shortest trace. */
import type { Setting } from './documents.js';
import { documentsOf } from './documents.js';
import type { Guarantees } from './guarantees.js';
import { allGuarantees } from './guarantees.js';
import { convergence } from './liveness.js';
import type { Machine, Position } from './machine.js';
import { MachineTable } from './machine.js';
import type { State } from './follow.js';
import type { Game, Move } from './moves.js';
import { initialStates, movesOf } from './moves.js';
import { safety } from './rules.js';
import type { World } from './world.js';
import { emptyWorld } from './world.js';

export interface Bound {
  /** States of the product; Infinity for all of them. */
  readonly states: number;
  /** Labels of the documents that the user changes between; all when absent. */
  readonly documents?: readonly string[];
  /** Who makes no trouble: so many states lead deeper then. */
  readonly behaving?: readonly Move['who'][];
}

export interface TraceStep {
  readonly who: Move['who'];
  readonly what: string;
  /** Where the machine is afterwards. */
  readonly state: string;
}

export interface Violation {
  readonly rule: string;
  readonly trace: readonly TraceStep[];
}

export interface Exploration {
  readonly setting: Setting;
  readonly states: number;
  readonly transitions: number;
  readonly machineStates: number;
  /** State paths of the machine that were reached. */
  readonly paths: ReadonlySet<string>;
  /** Longest of the shortest ways to a state. */
  readonly depth: number;
  /** Was everything reachable explored, or was the bound met first? */
  readonly complete: boolean;
  readonly violation: Violation | null;
}

interface Visit {
  readonly state: State;
  readonly from: Visit | null;
  readonly move: Move;
  readonly depth: number;
}

/** A table that is handed in is shared with earlier explorations of the same machine, which then cost less. */
export function explore(
  machine: Machine,
  setting: Setting,
  bound: Bound,
  promised: Guarantees = allGuarantees,
  table: MachineTable = new MachineTable(machine),
): Exploration {
  const documents = documentsOf(setting).filter(({ label }) => bound.documents?.includes(label) ?? true);
  const game: Game = { table, promised, documents };
  const settle = convergence(game, setting);
  const seen = new Seen();
  const queue: Visit[] = [];
  let transitions = 0;
  let violation: Violation | null = null;

  const visit = (move: Move, from: Visit | null): void => {
    if (!seen.add(move.to)) return;
    queue.push({ state: move.to, from, move, depth: from === null ? 0 : from.depth + 1 });
  };
  for (const move of initialStates(game, { ...emptyWorld, resizable: setting.resizable === true, counting: setting.counting === true, sleepy: setting.sleepy === true })) visit(move, null);
  let next = 0;
  for (; next < queue.length && next < bound.states && violation === null; next++) {
    const here = queue[next];
    if (here === undefined) break;
    const broken = safety.find(({ holds }) => !holds(here.state));
    if (broken !== undefined) violation = { rule: broken.name, trace: traceOf(here) };
    else {
      const stuck = settle(here.state);
      if (stuck !== null) violation = { rule: stuck.rule, trace: [...traceOf(here), ...stuck.trace.map(stepOf)] };
      for (const move of movesOf(game, here.state)) {
        if (!move.good && bound.behaving?.includes(move.who) === true) continue;
        transitions++;
        visit(move, here);
      }
    }
  }
  const { positions } = game.table;
  return {
    setting,
    states: next,
    transitions,
    machineStates: positions.length,
    paths: new Set(positions.map(({ path }) => path)),
    depth: queue[next - 1]?.depth ?? 0,
    complete: violation === null && next === queue.length,
    violation,
  };
}

/** Canonical states: one number for the machine's, one for the world's. */
class Seen {
  readonly #worlds = new Map<string, number>();
  readonly #pairs = new Set<number>();

  add({ at, world }: State): boolean {
    const pair = this.#number(world) * 65_536 + at.id;
    if (this.#pairs.has(pair)) return false;
    this.#pairs.add(pair);
    return true;
  }

  #number(world: World): number {
    const key = worldKey(world);
    const known = this.#worlds.get(key);
    if (known !== undefined) return known;
    this.#worlds.set(key, this.#worlds.size);
    return this.#worlds.size - 1;
  }
}

export function worldKey({ anchors, claims, counted, countedBefore, lateCount, latePlan, lateRelease, placed, planned, record, session, spoiled, stray, tainted, working }: World): string {
  const living = anchors.map(({ guest, held, key, memory, memoryTold, mine, told }) => `${key} ${guest} ${mine} ${told} ${memory} ${memoryTold} ${held}`).sort();
  const ended = record?.ended == null ? '' : `${record.ended.cause} ${record.ended.current}`;
  const ending = record?.ending == null ? '' : `${record.ending.cause} ${record.ending.current}`;
  const run = record === null ? '' : `${record.key} ${record.current} ${record.lived} ${record.counts} ${ending} ${ended}`;
  const work = working === null ? '' : `${working.name} ${working.progress} ${working.key} ${working.stale} ${working.read ?? ''} ${working.bytes ?? ''}`;
  return [living.join(), stray === null ? '' : `${stray.key} ${stray.mine}`, lateRelease, latePlan, lateCount, placed, planned, claims, counted, countedBefore, run, session, work, spoiled, tainted].join('|');
}

function stepOf({ to, what, who }: Move): TraceStep {
  return { who, what, state: (to.at satisfies Position).path };
}

function traceOf(last: Visit): readonly TraceStep[] {
  const trace: TraceStep[] = [];
  for (let visit: Visit | null = last; visit !== null; visit = visit.from) trace.unshift(stepOf(visit.move));
  return trace;
}
