import { SimulatedClock, createActor, fromPromise } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { NodeEvent } from '../../../src/machines/node.js';
import { nodeMachine } from '../../../src/machines/node.js';

type Effect = 'lock' | 'discover' | 'letGo';

class Engine {
  readonly clock = new SimulatedClock();
  readonly commands: string[] = [];
  readonly #effects = new Map<Effect, { resolve: (output: undefined) => void; reject: (error: unknown) => void }>();
  readonly #actor;

  constructor(drainDeadline = 30_000) {
    const effect = (name: Effect) =>
      fromPromise<undefined, undefined>(() => new Promise((resolve, reject) => this.#effects.set(name, { resolve, reject })));
    const machine = nodeMachine.provide({ actors: { lock: effect('lock'), discover: effect('discover'), letGo: effect('letGo') } });
    this.#actor = createActor(machine, { input: { drainDeadline }, clock: this.clock });
    this.#actor.on('*', ({ type }) => this.commands.push(type));
    this.#actor.start();
  }

  get state(): string {
    return this.#actor.getSnapshot().value;
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
    expect(node.state).toBe('failed');
    expect(node.context.problem?.message).toBe('lock failed');
  });

  it('says which deadline it missed', async () => {
    const locking = new Engine();
    locking.clock.increment(5_000);
    expect([locking.state, locking.context.problem?.reason]).toEqual(['failed', 'DEADLINE']);

    const discovering = new Engine();
    await discovering.done('lock');
    discovering.clock.increment(30_000);
    expect([discovering.state, discovering.context.problem?.reason]).toEqual(['lettingGo', 'DEADLINE']);
  });

  it('gives the lock back where the records cannot be read', async () => {
    const node = new Engine();
    await node.done('lock');
    await node.fail('discover');
    expect(node.state).toBe('lettingGo');
    await node.fail('letGo');
    expect(node.state).toBe('stopped');
  });

  it('leaves the guests running', async () => {
    const node = await new Engine().serving();
    node.tell({ type: 'stop', guests: 'leave' });
    expect(node.state).toBe('lettingGo');
    await node.done('letGo');
    expect(node.state).toBe('stopped');
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
  });

  it('halts also the guests that it is about to discover', async () => {
    const node = new Engine();
    await node.done('lock');
    node.tell({ type: 'stop', guests: 'halt' });
    expect(node.state).toBe('discovering');
    await node.done('discover');
    expect([node.state, node.commands]).toEqual(['halting', ['retire-all']]);
  });

  it.each(['leave', 'halt'] as const)('has nothing to halt before it holds the lock (%s)', (guests) => {
    const node = new Engine();
    node.tell({ type: 'stop', guests });
    expect(node.state).toBe('lettingGo');
  });

  it('waits for no deadline that is none', () => {
    for (const drainDeadline of [NaN, -1, Infinity]) expect(new Engine(drainDeadline).state).toBe('locking');
  });
});
