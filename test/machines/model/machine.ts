/** The domain machine as a table: its pure transition function, remembered for each abstracted state and event. */
import { initialTransition } from 'xstate';
import type { AnyEventObject } from 'xstate';
import type { domainMachine } from '../../../src/machines/domain.js';
import type { DesiredDomain, DomainContext } from '../../../src/machines/domain/context.js';
import { nameOf, pathOf } from '../support/paths.js';
import { type Snapshot, nextSnapshot } from '../support/next-snapshot.js';
import { abstracted } from './abstraction.js';

export type Machine = typeof domainMachine;

export interface Invocation {
  readonly name: string;
  readonly id: string;
}

/** One state of the machine, with what can be sent to it. */
export interface Position {
  readonly id: number;
  readonly path: string;
  readonly context: DomainContext;
  readonly status: string;
  readonly snapshot: Snapshot;
  /** The effect that the state invokes, besides the watch. */
  readonly effect: Invocation | null;
  /** Does the machine listen to what is seen of the run? */
  readonly watches: boolean;
  /** Events of the timers that run. */
  readonly timers: readonly string[];
}

export interface Step {
  readonly to: Position;
  /** The effect that was under way was given up, or is over. */
  readonly ended: boolean;
  readonly began: string | null;
}

export class MachineTable {
  readonly #machine: Machine;
  readonly #positions = new Map<string, Position>();
  readonly #steps: Map<string, Step>[] = [];
  readonly #beginnings = new Map<string, Step>();
  /** Computed, not remembered. */
  computed = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  get positions(): readonly Position[] {
    return [...this.#positions.values()];
  }

  begin(desired: DesiredDomain): Step {
    const key = JSON.stringify(desired);
    const known = this.#beginnings.get(key);
    if (known !== undefined) return known;
    const step = this.#begin(desired);
    this.#beginnings.set(key, step);
    return step;
  }

  #begin(desired: DesiredDomain): Step {
    const [snapshot] = initialTransition(this.#machine, { name: 'hello', desired });
    const to = this.#position(snapshot);
    return { to, ended: true, began: to.effect?.name ?? null };
  }

  /** `key` tells events of one state apart. Throws what the machine throws. */
  step(from: Position, key: string, event: AnyEventObject): Step {
    const known = this.#steps[from.id]?.get(key);
    if (known !== undefined) return known;
    this.computed++;
    const snapshot = nextSnapshot(this.#machine, from.snapshot, event);
    const to = this.#position(snapshot);
    const before = from.effect === null ? undefined : from.snapshot.children[from.effect.id as never];
    const after = to.effect === null ? undefined : snapshot.children[to.effect.id as never];
    const begins = after !== undefined && after !== before;
    const step: Step = { to, ended: begins || to.effect?.id !== from.effect?.id, began: begins ? (to.effect?.name ?? null) : null };
    this.#steps[from.id]?.set(key, step);
    return step;
  }

  #position(raw: Snapshot): Position {
    const path = pathOf(raw.value);
    const context = abstracted(raw.context, path);
    const key = `${path} ${JSON.stringify(context)}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const invocations = raw._nodes.flatMap((node) => node.invoke.map(({ id, src }) => ({ id, name: nameOf(src) })));
    const position: Position = {
      id: this.#positions.size,
      path,
      context,
      status: raw.status,
      snapshot: { ...raw, context },
      effect: invocations.find(({ name }) => name !== 'watch') ?? null,
      watches: invocations.some(({ name }) => name === 'watch'),
      timers: raw.status === 'active' ? raw._nodes.flatMap((node) => node.after.map(({ eventType }) => eventType)) : [],
    };
    this.#positions.set(key, position);
    this.#steps.push(new Map());
    return position;
  }
}
