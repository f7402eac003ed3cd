/**
 * A stage for one live domain actor: its effects are promises that the scenario settles, its clock stands still until the scenario moves
 * it, and what the host shows is what the scenario says.
 */
import { SimulatedClock, createActor, fromEventObservable, fromPromise } from 'xstate';
import type { Actor } from 'xstate';
import { domainMachine } from '../../../src/machines/domain.js';
import type { DesiredDomain, DomainContext } from '../../../src/machines/domain/context.js';
import type { DomainEffects, DomainObservation, EffectInput } from '../../../src/machines/domain/events.js';
import type { Observation } from '../../../src/machines/observations.js';
import { nothingThere, someAnchor, wanted } from './documents.js';
import { pathOf } from './paths.js';

export type EffectName = keyof DomainEffects;

interface Call {
  readonly name: EffectName;
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  settled: boolean;
}

/** The stage of each actor system: one provided machine serves them all, since providing it is what costs. */
const stages = new WeakMap<object, Stage>();

const effect = <Name extends EffectName>(name: Name) =>
  fromPromise<DomainEffects[Name]['output'], DomainEffects[Name]['input']>(
    ({ input, signal, system }) =>
      new Promise((resolve, reject) => {
        stages.get(system)?.calls.push({ name, input, signal, resolve: resolve as Call['resolve'], reject, settled: false });
      }),
  );

const staged = domainMachine.provide({
  actors: {
    observe: effect('observe'),
    plan: effect('plan'),
    admit: effect('admit'),
    reserve: effect('reserve'),
    prepare: effect('prepare'),
    release: effect('release'),
    launch: effect('launch'),
    connect: effect('connect'),
    boot: effect('boot'),
    probe: effect('probe'),
    pause: effect('pause'),
    resume: effect('resume'),
    suspend: effect('suspend'),
    weigh: effect('weigh'),
    count: effect('count'),
    resize: effect('resize'),
    note: effect('note'),
    ask: effect('ask'),
    press: effect('press'),
    quit: effect('quit'),
    terminate: effect('terminate'),
    kill: effect('kill'),
    capture: effect('capture'),
    reap: effect('reap'),
    watch: fromEventObservable<DomainObservation, EffectInput>(() => ({ subscribe: () => ({ unsubscribe: () => undefined }) })),
  },
});

export class Stage {
  readonly clock = new SimulatedClock();
  readonly actor: Actor<typeof domainMachine>;
  readonly calls: Call[] = [];
  /** Every state path the actor was in, in order, without repetitions in a row. */
  readonly passed: string[] = [];
  #errors: unknown[] = [];

  constructor(desired: DesiredDomain) {
    this.actor = createActor(staged, { input: { name: 'hello', desired }, clock: this.clock });
    stages.set(this.actor.system, this);
    this.actor.subscribe({
      next: (snapshot) => {
        const path = pathOf(snapshot.value);
        if (this.passed.at(-1) !== path) this.passed.push(path);
      },
      error: (error) => this.#errors.push(error),
    });
    this.actor.start();
  }

  get state(): string {
    if (this.#errors.length > 0) throw new Error('the actor is in error', { cause: this.#errors[0] });
    return pathOf(this.actor.getSnapshot().value);
  }

  get context(): DomainContext {
    return this.actor.getSnapshot().context;
  }

  /** Effects under way, oldest first. */
  get underWay(): readonly EffectName[] {
    return this.calls.filter((call) => !call.settled && !call.signal.aborted).map(({ name }) => name);
  }

  count(name: EffectName): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  inputOf<Name extends EffectName>(name: Name): DomainEffects[Name]['input'] {
    return this.#call(name).input as DomainEffects[Name]['input'];
  }

  /** The effect under way answers. */
  async done<Name extends EffectName>(name: Name, output?: DomainEffects[Name]['output']): Promise<void> {
    this.#settle(name).resolve(output ?? this.#usual(name));
    await this.settle();
  }

  /** The effects are asked in this order, and each answers as it does on a good day. */
  async through(...names: readonly EffectName[]): Promise<void> {
    for (const name of names) await this.done(name);
  }

  async fail(name: EffectName, error: unknown = new Error(`${name} failed`)): Promise<void> {
    this.#settle(name).reject(error);
    await this.settle();
  }

  /** Something is seen of the present run, or of `incarnation`. */
  see(observation: Observation, incarnation = this.context.incarnation): void {
    this.actor.send({ ...observation, incarnation });
  }

  desire(overrides: Partial<DesiredDomain>): void {
    const { desired } = this.context;
    this.actor.send({ type: 'desired.changed', desired: { ...desired, generation: desired.generation + 1, ...overrides } });
  }

  remove(): void {
    this.desire({ removed: true, generation: this.context.desired.generation });
  }

  retry(): void {
    this.actor.send({ type: 'retry' });
  }

  /** Time passes, in steps, since a timer that is set while the clock jumps would not be seen. */
  async wait(milliseconds: number): Promise<void> {
    const step = Math.max(Math.ceil(milliseconds / 100), 10);
    for (let passed = 0; passed < milliseconds; passed += step) {
      this.clock.increment(Math.min(step, milliseconds - passed));
      await this.settle();
    }
  }

  /** The clock moves as far as the timer of this event needs. A state has one timer, so no other can come first. */
  async fire(type: string): Promise<void> {
    const scheduled = Object.values(this.actor.system.getSnapshot()._scheduledEvents).find(({ event }) => event.type === type);
    if (scheduled === undefined) throw new Error(`${type} does not run in ${this.state}`);
    this.clock.increment(scheduled.delay);
    await this.settle();
  }

  /** Lets settled promises reach the actor. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) await Promise.resolve();
  }

  #call(name: EffectName): Call {
    const call = this.calls.findLast((each) => each.name === name && !each.settled && !each.signal.aborted);
    if (call === undefined) throw new Error(`${name} is not under way in ${this.state}, but: ${this.underWay.join(', ')}`);
    return call;
  }

  #settle(name: EffectName): Call {
    const call = this.#call(name);
    call.settled = true;
    return call;
  }

  #usual(name: EffectName): unknown {
    const { desired, memory, memoryChange } = this.context;
    const answers: Partial<Record<EffectName, unknown>> = {
      observe: nothingThere,
      plan: { anchorKey: desired.anchorKey, generation: desired.generation, ladder: ['press', 'quit', 'terminate', 'kill'] },
      launch: someAnchor,
      connect: 'prelaunch',
      boot: 'running',
      pause: 'paused',
      resume: 'running',
      suspend: 'suspended',
      weigh: { memory: desired.memory, needs: desired.memory, counted: memory ?? desired.memory },
      resize: memoryChange?.memory,
      capture: { evidence: '/evidence/1', lastWords: '' },
    };
    return answers[name];
  }
}

export const untilPrepared = ['observe', 'plan', 'admit', 'reserve', 'prepare'] as const;
export const untilReady = [...untilPrepared, 'launch', 'connect'] as const;
export const untilRunning = [...untilReady, 'boot', 'probe'] as const;

/** A domain that runs. */
export async function running(desired: DesiredDomain = wanted()): Promise<Stage> {
  const stage = new Stage(desired);
  await stage.through(...untilRunning);
  return stage;
}
