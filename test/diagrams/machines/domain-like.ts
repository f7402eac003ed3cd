import { assign, fromCallback, fromPromise, setup, type AnyStateMachine } from 'xstate';

/** A machine of the shape and size of the project's own, so that the pictures are tuned on something real. */
export function domainLike(): AnyStateMachine {
  const effect = fromPromise(() => Promise.resolve());
  return setup({
    actors: {
      observe: effect, plan: effect, admit: effect, reserve: effect, prepare: effect, launch: effect, connect: effect, release: effect,
      probe: effect, press: effect, quit: effect, terminate: effect, kill: effect, capture: effect, reap: effect, watch: fromCallback(() => undefined),
    },
    guards: {
      isAbsent: () => true, isPresent: () => true, mayRestart: () => true, isWanted: () => true, isRemoved: () => true, isPaused: () => true, isCurrent: () => true, isCrash: () => true, isReady: () => true,
    },
    delays: { bootDeadline: 1, launchDeadline: 1, pressDeadline: 1, quitDeadline: 1, terminateDeadline: 1, killDeadline: 1, backoffDelay: 1, stability: 1 },
    actions: { recordCause: assign({}), recordPlan: assign({}), recordAnchor: assign({}), countAttempt: assign({}), resetAttempts: assign({}), recordRung: assign({}), adoptSpec: assign({}), raiseCondition: assign({}) },
  }).createMachine({
    id: 'domain',
    description: 'One domain from its document to its end. It observes first, so that it adopts an anchor that is already there; it launches at most one anchor, and whatever happens it reaps before it rests.',
    initial: 'pending',
    on: {
      'desired.changed': [{ guard: 'isCurrent', actions: 'adoptSpec' }],
      'desired.removed': { actions: 'adoptSpec', target: '.anchored.halting' },
      'xstate.error.actor.*': '.failed',
    },
    states: {
      pending: {
        description: 'Nothing of the guest runs. Whatever is missing is named in a condition.',
        tags: ['pending'],
        initial: 'observing',
        states: {
          observing: { invoke: { id: 'observe', src: 'observe', onDone: [{ guard: 'isPresent', target: '#domain.anchored.running', actions: 'recordAnchor' }, { guard: 'isRemoved', target: '#domain.gone' }, { target: 'planning' }], onError: { target: '#domain.backoff', actions: 'recordCause' } } },
          planning: { invoke: { id: 'plan', src: 'plan', onDone: { target: 'admitting', actions: 'recordPlan' }, onError: { target: '#domain.failed', actions: 'recordCause' } } },
          admitting: { tags: ['waiting'], invoke: { id: 'admit', src: 'admit', onDone: 'reserving', onError: { target: '#domain.backoff', actions: 'raiseCondition' } } },
          reserving: { tags: ['waiting'], invoke: { id: 'reserve', src: 'reserve', onDone: 'preparing', onError: { target: '#domain.backoff', actions: 'raiseCondition' } } },
          preparing: { invoke: { id: 'prepare', src: 'prepare', onDone: '#domain.anchored', onError: { target: '#domain.backoff', actions: 'recordCause' } } },
        },
      },
      anchored: {
        description: 'An anchor process may exist; only a confirmed absence leaves this state.',
        initial: 'device-model-ready',
        invoke: { id: 'watch', src: 'watch', onError: { target: '.halting', actions: 'recordCause' } },
        on: { 'anchor.exited': { target: '.halting.capturing', actions: 'recordCause' }, 'desired.halted': '.halting', 'usage.sampled': { actions: 'recordPlan' } },
        onDone: [{ guard: 'isRemoved', target: 'gone' }, { guard: 'mayRestart', target: 'backoff' }, { guard: 'isCrash', target: 'failed' }, { target: 'halted' }],
        states: {
          'device-model-ready': {
            tags: ['starting'], initial: 'launching',
            after: { launchDeadline: { target: 'halting', actions: 'recordCause' } },
            states: {
              launching: { entry: 'countAttempt', invoke: { id: 'launch', src: 'launch', onDone: { target: 'connecting', actions: 'recordAnchor' }, onError: { target: '#domain.anchored.halting', actions: 'recordCause' } } },
              connecting: { invoke: { id: 'connect', src: 'connect', onDone: '#domain.anchored.booting', onError: { target: '#domain.anchored.halting', actions: 'recordCause' } } },
            },
          },
          booting: {
            tags: ['starting'], initial: 'releasing',
            after: { bootDeadline: { target: 'halting', actions: 'recordCause' } },
            states: {
              releasing: { invoke: { id: 'release', src: 'release', onDone: 'probing', onError: { target: '#domain.anchored.halting', actions: 'recordCause' } } },
              probing: { always: { guard: 'isReady', target: '#domain.anchored.running' }, invoke: { id: 'probe', src: 'probe', onDone: '#domain.anchored.running', onError: { target: '#domain.anchored.halting', actions: 'recordCause' } } },
            },
          },
          running: {
            tags: ['up'], initial: 'healthy',
            after: { stability: { actions: 'resetAttempts' } },
            on: { 'guest.shutdown': { target: 'halting.reaping', actions: 'recordCause' }, 'guest.panicked': { target: 'halting.capturing', actions: 'recordCause' } },
            states: {
              healthy: { on: { 'guest.paused': 'paused', 'io.error': { target: 'degraded', actions: 'raiseCondition' }, 'channel.silent': { target: 'degraded', actions: 'raiseCondition' } } },
              paused: { tags: ['paused'], on: { 'guest.resumed': 'healthy', 'io.error': 'degraded' } },
              degraded: { tags: ['degraded'], on: { 'io.recovered': [{ guard: 'isPaused', target: 'paused' }, { target: 'healthy' }], 'channel.answered': 'healthy' } },
            },
          },
          halting: {
            tags: ['halting'], initial: 'pressing',
            states: {
              pressing: { invoke: { id: 'press', src: 'press', onError: { target: 'quitting' } }, after: { pressDeadline: 'quitting' }, on: { 'guest.shutdown': { target: 'quitting', actions: 'recordRung' } } },
              quitting: { invoke: { id: 'quit', src: 'quit', onDone: 'reaping', onError: 'terminating' }, after: { quitDeadline: 'terminating' } },
              terminating: { invoke: { id: 'terminate', src: 'terminate', onDone: 'reaping', onError: 'killing' }, after: { terminateDeadline: 'killing' } },
              killing: { invoke: { id: 'kill', src: 'kill', onDone: 'reaping', onError: 'killing' }, after: { killDeadline: { target: 'killing', reenter: true, actions: 'raiseCondition' } } },
              capturing: { invoke: { id: 'capture', src: 'capture', onDone: 'reaping', onError: 'reaping' } },
              reaping: { invoke: { id: 'reap', src: 'reap', onDone: 'reaped', onError: 'killing' } },
              reaped: { type: 'final' },
            },
            onDone: 'absent',
          },
          absent: { type: 'final' },
        },
      },
      halted: { tags: ['settled'], on: { 'desired.running': 'pending' }, always: { guard: 'isRemoved', target: 'gone' } },
      backoff: { tags: ['waiting'], after: { backoffDelay: [{ guard: 'isWanted', target: 'pending' }, { target: 'halted' }] }, on: { 'desired.halted': 'halted' } },
      failed: { tags: ['settled'], on: { 'desired.changed': 'pending' }, always: { guard: 'isRemoved', target: 'gone' } },
      gone: { type: 'final' },
    },
  });
}
