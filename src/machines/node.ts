/**
 * One node: the engine's own life. It takes the lock of its state directory, discovers what an earlier engine left there, and then serves:
 * whenever documents were applied, or a domain ended, it has the difference of desired and supervised domains worked out and told to the
 * domain machines. Told to stop, it leaves the guests running for the next engine, or halts them all and waits under a deadline.
 *
 * The sets themselves live outside (`node/reconcile` compares them): the machine decides when, so that ten thousand domains do not make
 * its context heavy.
 */
import { assign, emit, fromPromise, setup } from 'xstate';
import type { Problem } from './domain/problem.js';
import { asDelay } from './domain/delays.js';
import { problemOf } from './domain/problem.js';

export interface NodeContext {
  /** Counts applied sets of documents; 0 before the first. */
  readonly revision: number;
  readonly guests: 'leave' | 'halt';
  /** Milliseconds that halting all guests may take. */
  readonly drainDeadline: number;
  readonly problem: Problem | null;
}

export type NodeEvent =
  | { readonly type: 'documents.applied'; readonly revision: number }
  | { readonly type: 'domain.gone'; readonly name: string }
  | { readonly type: 'domains.all-gone' }
  | { readonly type: 'stop'; readonly guests: 'leave' | 'halt' };

/** What the engine is asked to do; it holds the sets. */
export type NodeCommand = { readonly type: 'reconcile' } | { readonly type: 'retire-all' };

const effect = (name: string) => fromPromise<undefined, undefined>(() => Promise.reject(new Error(`effect not provided: ${name}`)));

const types = {} as {
  context: NodeContext;
  events: NodeEvent;
  emitted: NodeCommand;
  input: { readonly drainDeadline: number };
  tags: 'busy' | 'settled';
};

export const nodeMachine = setup({
  types,
  actors: { lock: effect('lock'), discover: effect('discover'), letGo: effect('letGo') },
  actions: {
    noteRevision: assign(({ context, event }) => (event.type === 'documents.applied' ? { revision: event.revision } : { revision: context.revision })),
    noteGuests: assign(({ context, event }) => (event.type === 'stop' ? { guests: event.guests } : { guests: context.guests })),
    noteDeadline: assign((_, message: string) => ({ problem: { reason: 'DEADLINE', message, retryable: true } })),
    noteProblem: assign((_, { error }: { error: unknown }) => ({ problem: problemOf(error) })),
    reconcile: emit({ type: 'reconcile' }),
    retireAll: emit({ type: 'retire-all' }),
  },
  guards: {
    haltsGuests: ({ event }) => event.type === 'stop' && event.guests === 'halt',
    mustHaltGuests: ({ context }) => context.guests === 'halt',
  },
  delays: {
    lockDeadline: 5_000,
    discoverDeadline: 30_000,
    drainDeadline: ({ context }) => asDelay(context.drainDeadline),
    letGoDeadline: 5_000,
  },
}).createMachine({
  id: 'node',
  description:
    "One node: the engine's own life. It takes the lock of its state directory, discovers what an earlier engine left there, and then serves: " +
    'whenever documents were applied, or a domain ended, it has the difference of desired and supervised domains worked out and told to the ' +
    'domain machines. Told to stop, it leaves the guests running for the next engine, or halts them all and waits under a deadline.',
  context: ({ input }) => ({ revision: 0, guests: 'leave', drainDeadline: input.drainDeadline, problem: null }),
  initial: 'locking',
  on: {
    'documents.applied': { actions: 'noteRevision' },
    stop: { target: '.lettingGo', actions: 'noteGuests' },
  },
  states: {
    locking: {
      description: 'One engine a state directory.',
      tags: ['busy'],
      invoke: { src: 'lock', onDone: 'discovering', onError: { target: 'failed', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { lockDeadline: { target: 'failed', actions: { type: 'noteDeadline', params: 'the state directory could not be locked in time' } } },
    },
    discovering: {
      description: 'The records of an earlier engine are read.',
      tags: ['busy'],
      on: { stop: [{ guard: 'haltsGuests', actions: 'noteGuests' }, { target: 'lettingGo', actions: 'noteGuests' }] },
      invoke: { src: 'discover', onDone: [{ guard: 'mustHaltGuests', target: 'halting' }, { target: 'serving' }], onError: { target: 'lettingGo', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { discoverDeadline: { target: 'lettingGo', actions: { type: 'noteDeadline', params: 'the records of an earlier engine could not be read in time' } } },
    },
    serving: {
      description: 'Desired and supervised domains are compared whenever either changed.',
      tags: ['settled'],
      entry: 'reconcile',
      on: {
        'documents.applied': { actions: ['noteRevision', 'reconcile'] },
        'domain.gone': { actions: 'reconcile' },
        stop: [
          { guard: 'haltsGuests', target: 'halting', actions: 'noteGuests' },
          { target: 'lettingGo', actions: 'noteGuests' },
        ],
      },
    },
    halting: {
      description: 'Every guest is halted by its own ladder.',
      tags: ['busy'],
      entry: 'retireAll',
      on: {
        'domains.all-gone': 'lettingGo',
        stop: [{ guard: 'haltsGuests' }, { target: 'lettingGo', actions: 'noteGuests' }],
      },
      after: { drainDeadline: { target: 'lettingGo', actions: { type: 'noteDeadline', params: 'not all guests ended in time; those that live, live on' } } },
    },
    lettingGo: {
      description: 'Channels are closed and the lock is given back; anchors that live, live on.',
      tags: ['busy'],
      on: { stop: {} },
      invoke: { src: 'letGo', onDone: 'stopped', onError: { target: 'stopped', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { letGoDeadline: 'stopped' },
    },
    stopped: { type: 'final' },
    failed: { type: 'final' },
  },
});
