import { resizing } from './resizing.js';
import { domainSetup, key, target } from './setup.js';
import { suspended, suspending, unwilling } from './sleeping.js';
import { ends, guestOff } from './ways-out.js';

export const running = domainSetup.createStateConfig({
  description: 'The guest runs, or is kept from running for a named reason.',
  initial: 'healthy',
  always: [...ends, guestOff, { guard: 'isHung', target: '#domain.anchored.halting' }],
  states: {
    healthy: {
      tags: ['settled'],
      always: [
        { guard: 'isUnwell', target: 'degraded' },
        { guard: 'wantsPaused', target: 'pausing' },
        { guard: 'canSuspend', target: 'suspending' },
        { guard: 'canResize', target: 'resizing' },
      ],
      after: { stableDelay: { actions: 'forgiveFailures' } },
    },
    paused: {
      tags: ['settled'],
      always: [
        { guard: 'wantsBoot', target: 'resuming' },
        { guard: 'isNotPaused', target: 'degraded' },
        { guard: 'canResize', target: 'resizing' },
      ],
    },
    pausing: {
      tags: ['busy'],
      entry: 'askRunState',
      invoke: {
        src: 'pause',
        input: key,
        onDone: { target: 'settling', actions: { type: 'answeredRunState', params: ({ event }) => event.output } },
        onError: { target: 'retrying', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { controlDeadline: { target: 'retrying', actions: { type: 'noteDeadline', params: 'the guest was not paused in time' } } },
    },
    resuming: {
      tags: ['busy'],
      entry: 'askRunState',
      invoke: {
        src: 'resume',
        input: key,
        onDone: { target: 'settling', actions: { type: 'answeredRunState', params: ({ event }) => event.output } },
        onError: { target: 'retrying', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { controlDeadline: { target: 'retrying', actions: { type: 'noteDeadline', params: 'the guest was not resumed in time' } } },
    },
    suspending,
    suspended,
    unwilling,
    resizing,
    reconnecting: {
      tags: ['busy', 'degraded'],
      entry: 'openChannel',
      invoke: {
        src: 'connect',
        input: target,
        onDone: { target: 'degraded', actions: { type: 'channelOpened', params: ({ event }) => event.output } },
        onError: { target: 'retrying', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { connectDeadline: 'retrying' },
    },
    settling: {
      always: [
        { guard: 'isWell', target: 'healthy', actions: 'clearProblem' },
        { guard: 'isPausedAsWanted', target: 'paused', actions: 'clearProblem' },
        { guard: 'isAsleepAsWanted', target: 'suspended', actions: 'clearProblem' },
        { target: 'retrying' },
      ],
    },
    retrying: { tags: ['degraded'], after: { retryDelay: 'degraded' } },
    degraded: {
      description: 'A silent channel, a guest that does not answer, or a sleep or a pause that nobody here asked for.',
      tags: ['degraded'],
      always: [
        // Where it was tried in vain, why is shown until it succeeds: the host may have no memory for hours.
        { guard: 'canResize', target: 'resizing' },
        { guard: 'isWell', target: 'healthy', actions: 'clearProblem' },
        { guard: 'channelIsLost', target: 'reconnecting' },
        { guard: 'isPausedAsWanted', target: 'paused', actions: 'clearProblem' },
        { guard: 'isAsleepAsWanted', target: 'suspended', actions: 'clearProblem' },
        { guard: 'canPause', target: 'pausing' },
        { guard: 'canSuspend', target: 'suspending' },
        { guard: 'isPausedUnasked', target: 'resuming' },
        { guard: 'isAsleepUnasked', target: 'resuming' },
        { guard: 'isStoppedByIoError', target: 'io-error' },
      ],
    },
    'io-error': {
      description: 'A disk could not be written. The host has no event for "there is room": the guest is let run again after a while.',
      tags: ['degraded'],
      always: { guard: 'isNotStoppedByIoError', target: 'degraded' },
      after: { ioErrorRetry: 'resuming' },
    },
  },
});
