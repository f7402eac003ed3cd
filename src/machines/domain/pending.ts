import { domainSetup, key } from './setup.js';

/** The effect under way waits and says for what; said by one that is over, it would only mislead. */
const waiting = { 'effect.waiting': { actions: 'noteWaiting' } } as const;

/** Before the launch: nothing of the guest runs, and what is missing is named in a condition. */
export const pending = domainSetup.createStateConfig({
  description: 'Nothing of the guest runs yet; whatever is missing is named in a condition.',
  initial: 'planning',
  tags: ['busy'],
  states: {
    planning: {
      always: { guard: 'wantsHalted', target: 'releasing' },
      invoke: {
        src: 'plan',
        input: key,
        onDone: { target: 'admitting', actions: { type: 'acceptPlan', params: ({ event }) => event.output } },
        onError: { target: 'releasing', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'plan-failed', error: event.error }) } },
      },
      // An answer to the document before would be blamed on this one.
      on: { 'desired.changed': { target: 'planning', reenter: true, actions: 'desire' } },
      after: { planDeadline: { target: 'releasing', actions: { type: 'endedByDeadline', params: { cause: 'plan-failed', message: 'no plan was made in time' } } } },
    },
    admitting: {
      description: 'Waits for memory, CPUs and a launch slot.',
      always: [
        { guard: 'wantsHalted', target: 'releasing' },
        { guard: 'planIsOutdated', target: 'releasing' },
      ],
      on: waiting,
      invoke: {
        src: 'admit',
        input: key,
        onDone: { target: 'reserving', actions: 'clearProblem' },
        onError: { target: 'releasing', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'prepare-failed', error: event.error }) } },
      },
      after: { waitDeadline: { target: 'admitting', reenter: true } },
    },
    reserving: {
      description: 'Waits for disks, ports and devices that another domain still holds.',
      always: [
        { guard: 'wantsHalted', target: 'releasing' },
        { guard: 'planIsOutdated', target: 'releasing' },
      ],
      on: waiting,
      invoke: {
        src: 'reserve',
        input: key,
        onDone: { target: 'preparing', actions: 'clearProblem' },
        onError: { target: 'releasing', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'prepare-failed', error: event.error }) } },
      },
      after: { waitDeadline: { target: 'reserving', reenter: true } },
    },
    preparing: {
      description: 'Makes the state directory, files and firmware variables.',
      always: [
        { guard: 'wantsHalted', target: 'releasing' },
        { guard: 'planIsOutdated', target: 'releasing' },
      ],
      on: waiting,
      invoke: {
        src: 'prepare',
        input: key,
        onDone: { target: '#domain.anchored.device-model-ready', actions: 'beginIncarnation' },
        onError: { target: 'releasing', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'prepare-failed', error: event.error }) } },
      },
      after: { prepareDeadline: { target: 'releasing', actions: { type: 'endedByDeadline', params: { cause: 'prepare-failed', message: 'preparing took too long' } } } },
    },
    releasing: {
      description: 'Gives back what was admitted and reserved; no anchor was started.',
      invoke: {
        src: 'release',
        input: key,
        onDone: 'released',
        onError: { target: 'releaseLater', actions: { type: 'noteReleaseProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { releaseDeadline: 'releaseLater' },
    },
    releaseLater: { tags: ['degraded'], after: { retryDelay: 'releasing' } },
    released: {
      always: [
        { guard: 'isRemoved', target: '#domain.gone' },
        { guard: 'wantsHalted', target: '#domain.halted', actions: 'concludeRun' },
        { guard: 'startsAtOnce', target: 'planning', actions: 'concludeRun' },
        { guard: 'mayTryAgain', target: '#domain.backoff', actions: 'concludeRun' },
        { target: '#domain.failed', actions: 'concludeRun' },
      ],
    },
  },
});
