import { SimulatedClock, createActor, fromPromise } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/machines/node.js';
import { nodeMachine } from '../../../src/machines/node.js';

type Effect = 'lock' | 'discover' | 'letGo';

class Engine {
  readonly clock = new SimulatedClock();
  readonly commands: string[] = [];
  /** Effects in the order in which they were asked. */
  readonly asked: Effect[] = [];
  readonly #effects = new Map<Effect, { resolve: (output: undefined) => void; reject: (error: unknown) => void }>();
  readonly #actor;

  constructor(drainDeadline = 30_000) {
    const effect = (name: Effect) =>
      fromPromise<undefined, undefined>(
        () =>
          new Promise((resolve, reject) => {
            this.asked.push(name);
            this.#effects.set(name, { resolve, reject });
          }),
      );
    const machine = nodeMachine.provide({ actors: { lock: effect('lock'), discover: effect('discover'), letGo: effect('letGo') } });
    this.#actor = createActor(machine, { input: { drainDeadline }, clock: this.clock });
    this.#actor.on('*', ({ type }) => this.commands.push(type));
    this.#actor.start();
  }

  get state(): string {
    return this.#actor.getSnapshot().value;
  }

  /** Has it come to its end? */
  get isDone(): boolean {
    return this.#actor.getSnapshot().status === 'done';
  }

  get context() {
    return this.#actor.getSnapshot().context;
  }

  tell(event: NodeEvent): void {
    this.#actor.send(event);
  }

  async done(name: Effect): Promise<void> {
    this.#effects.get(name)?.resolve(undefined);
    await settle();
  }

  async fail(name: Effect): Promise<void> {
    this.#effects.get(name)?.reject(new Error(`${name} failed`));
    await settle();
  }

  async serving(): Promise<this> {
    await this.done('lock');
    await this.done('discover');
    return this;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve();
}

describe('the node', () => {
  it('locks, discovers, and then compares whenever something changed', async () => {
    const node = new Engine();
    expect(node.state).toBe('locking');
    await node.done('lock');
    expect(node.state).toBe('discovering');
    node.tell({ type: 'documents.applied', revision: 1 });
    expect(node.commands).toEqual([]);
    await node.done('discover');

    expect(node.state).toBe('serving');
    node.tell({ type: 'documents.applied', revision: 2 });
    node.tell({ type: 'domain.gone', name: 'hello' });
    expect(node.commands).toEqual(['reconcile', 'reconcile', 'reconcile']);
    expect(node.context).toMatchObject({ revision: 2, problem: null });
  });

  it('ends where another engine holds its state directory', async () => {
    const node = new Engine();
    await node.fail('lock');
    expect([node.state, node.isDone]).toEqual(['failed', true]);
    expect(node.context.problem?.message).toBe('lock failed');
  });

  it('says which deadline it missed', async () => {
    const late = (message: string): object => ({ reason: 'DEADLINE', message, retryable: true });
    const locking = new Engine();
    locking.clock.increment(4_999);
    expect(locking.state).toBe('locking');
    locking.clock.increment(1);
    expect([locking.state, locking.context.problem]).toEqual(['failed', late('the state directory could not be locked in time')]);

    const discovering = new Engine();
    await discovering.done('lock');
    discovering.clock.increment(29_999);
    expect(discovering.state).toBe('discovering');
    discovering.clock.increment(1);
    expect([discovering.state, discovering.context.problem]).toEqual(['lettingGo', late('the records of an earlier engine could not be read in time')]);
    discovering.clock.increment(4_999);
    expect(discovering.state).toBe('lettingGo');
    discovering.clock.increment(1);
    expect(discovering.state).toBe('stopped');

    const halting = await new Engine(1_000).serving();
    halting.tell({ type: 'stop', guests: 'halt' });
    halting.clock.increment(1_000);
    expect([halting.state, halting.context.problem]).toEqual(['lettingGo', late('not all guests ended in time; those that live, live on')]);
  });

  it('remembers what was applied and how it was told to stop, whenever that was', async () => {
    const node = new Engine();
    expect(node.context).toEqual({ revision: 0, guests: 'leave', drainDeadline: 30_000, problem: null });
    node.tell({ type: 'documents.applied', revision: 4 });
    await node.serving();
    expect(node.context.revision).toBe(4);
    node.tell({ type: 'stop', guests: 'halt' });
    expect(node.context.guests).toBe('halt');
    node.tell({ type: 'documents.applied', revision: 5 });
    expect([node.state, node.context.revision]).toEqual(['halting', 5]);
    expect(node.commands).toEqual(['reconcile', 'retire-all']);
    node.tell({ type: 'stop', guests: 'leave' });
    expect(node.context.guests).toBe('leave');
  });

  it('does nothing without its effects, and says which is missing', async () => {
    const actor = createActor(nodeMachine, { input: { drainDeadline: 1_000 } }).start();
    await settle();
    expect(actor.getSnapshot()).toMatchObject({ value: 'failed', context: { problem: { message: 'effect not provided: lock' } } });
  });

  it('gives the lock back where the records cannot be read', async () => {
    const node = new Engine();
    await node.done('lock');
    await node.fail('discover');
    expect([node.state, node.context.problem?.message]).toEqual(['lettingGo', 'discover failed']);
    await node.fail('letGo');
    expect([node.state, node.context.problem?.message]).toEqual(['stopped', 'letGo failed']);
  });

  it('leaves the guests running', async () => {
    const node = await new Engine().serving();
    node.tell({ type: 'stop', guests: 'leave' });
    expect(node.state).toBe('lettingGo');
    expect(node.isDone).toBe(false);
    await node.done('letGo');
    expect([node.state, node.isDone]).toEqual(['stopped', true]);
    expect(node.commands).not.toContain('retire-all');
  });

  it('halts all guests, and waits for them under a deadline', async () => {
    const node = await new Engine().serving();
    node.tell({ type: 'stop', guests: 'halt' });
    expect([node.state, node.commands.at(-1)]).toEqual(['halting', 'retire-all']);
    node.tell({ type: 'domains.all-gone' });
    expect(node.state).toBe('lettingGo');

    const late = await new Engine(20_000).serving();
    late.tell({ type: 'stop', guests: 'halt' });
    late.clock.increment(19_999);
    expect(late.state).toBe('halting');
    late.clock.increment(1);
    expect([late.state, late.context.problem?.reason]).toEqual(['lettingGo', 'DEADLINE']);
    late.clock.increment(5_000);
    expect(late.state).toBe('stopped');
  });

  it('goes on halting when it is told so again, and leaves what is left when told to leave', async () => {
    const node = await new Engine().serving();
    node.tell({ type: 'stop', guests: 'halt' });
    node.tell({ type: 'stop', guests: 'halt' });
    expect(node.state).toBe('halting');
    expect(node.commands.filter((type) => type === 'retire-all')).toHaveLength(1);
    node.tell({ type: 'stop', guests: 'leave' });
    expect(node.state).toBe('lettingGo');
    node.tell({ type: 'stop', guests: 'halt' });
    expect(node.state).toBe('lettingGo');
    // Once, however often it is told.
    expect(node.asked).toEqual(['lock', 'discover', 'letGo']);
  });

  it('halts also the guests that it is about to discover', async () => {
    const node = new Engine();
    await node.done('lock');
    node.tell({ type: 'stop', guests: 'halt' });
    expect(node.state).toBe('discovering');
    await node.done('discover');
    expect([node.state, node.commands]).toEqual(['halting', ['retire-all']]);
  });

  it('waits for no discovery where it is to leave the guests alone', async () => {
    const node = new Engine();
    await node.done('lock');
    node.tell({ type: 'stop', guests: 'halt' });
    node.tell({ type: 'stop', guests: 'leave' });
    expect([node.state, node.context.guests]).toEqual(['lettingGo', 'leave']);
  });

  it.each(['leave', 'halt'] as const)('has nothing to halt before it holds the lock (%s)', (guests) => {
    const node = new Engine();
    node.tell({ type: 'stop', guests });
    expect([node.state, node.context.guests]).toEqual(['lettingGo', guests]);
  });

  it('waits for no deadline that is none', () => {
    for (const drainDeadline of [NaN, -1, Infinity]) expect(new Engine(drainDeadline).state).toBe('locking');
  });
});
