import { halting } from './halting.js';
import { resizing } from './resizing.js';
import { domainSetup, key, target } from './setup.js';
import { suspended, suspending, unwilling } from './sleeping.js';

/** An anchor that is gone is collected, and one that must go is halted, from every phase in which it may live. */
const ends = [
  { guard: 'anchorIsGone', target: '#domain.anchored.halting.collecting' },
  { guard: 'mustEnd', target: '#domain.anchored.halting' },
] as const;

const guestOff = { guard: 'guestIsOff', target: '#domain.anchored.halting' } as const;

/** A former engine's anchor: its channel is opened and its state read; the guest notices nothing. */
const adopting = domainSetup.createStateConfig({
  description: 'An anchor that an earlier engine started is taken over.',
  tags: ['busy'],
  initial: 'connecting',
  always: ends[0],
  states: {
    // A guest that must end is not ended from here: only over an open channel can it be asked politely.
    connecting: {
      entry: 'openChannel',
      invoke: {
        src: 'connect',
        input: target,
        onDone: { target: 'adopted', actions: { type: 'channelOpened', params: ({ event }) => event.output } },
        onError: [
          // The earlier engine's launch was cut short, and nobody can complete it.
          {
            guard: { type: 'nothingRan', params: ({ event }: { event: { error: unknown } }) => event.error },
            target: '#domain.anchored.halting',
            actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'launch-interrupted', error: event.error }) },
          },
          { target: 'silent', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
        ],
      },
      after: { connectDeadline: { target: 'silent', actions: { type: 'noteDeadline', params: 'the anchor lives, but its channel does not answer' } } },
    },
    silent: { tags: ['degraded'], always: ends[1], after: { retryDelay: 'connecting' } },
    adopted: {
      always: [
        { guard: 'isPrelaunch', target: '#domain.anchored.device-model-ready.ready' },
        { target: '#domain.anchored.running' },
      ],
    },
  },
});

const deviceModelReady = domainSetup.createStateConfig({
  description: 'The anchor lives and its device model is complete; no vCPU has run.',
  initial: 'launching',
  always: [...ends, guestOff],
  states: {
    launching: {
      tags: ['busy'],
      invoke: {
        src: 'launch',
        input: ({ context }) => ({ ...key({ context }), failures: context.failures, lastEnd: context.lastEnd }),
        onDone: { target: 'connecting', actions: { type: 'anchorLaunched', params: ({ event }) => event.output } },
        onError: { target: '#domain.anchored.halting.collecting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'launch-failed', error: event.error }) } },
      },
      after: { launchDeadline: { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'launch-deadline', message: 'the anchor did not start in time' } } } },
    },
    connecting: {
      tags: ['busy'],
      entry: 'openChannel',
      invoke: {
        src: 'connect',
        input: target,
        onDone: { target: 'ready', actions: { type: 'channelOpened', params: ({ event }) => event.output } },
        onError: { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'connect-failed', error: event.error }) } },
      },
      after: { connectDeadline: { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'connect-deadline', message: 'the API channel did not answer in time' } } } },
    },
    ready: {
      description: 'A domain that is wanted paused waits here.',
      tags: ['settled'],
      always: [
        { guard: 'channelIsLost', target: 'connecting' },
        { guard: 'wantsBoot', target: '#domain.anchored.booting' },
        { guard: 'isWell', target: '#domain.anchored.running' },
        // Somebody else let it run, and it has put itself to sleep since.
        { guard: 'isAsleep', target: '#domain.anchored.running' },
      ],
    },
  },
});

const booting = domainSetup.createStateConfig({
  description: 'vCPUs run; the readiness probe does not hold yet.',
  initial: 'releasing',
  tags: ['busy'],
  always: [...ends, guestOff],
  states: {
    releasing: {
      entry: 'askRunState',
      invoke: {
        src: 'boot',
        input: key,
        onDone: { target: 'probing', actions: { type: 'answeredRunState', params: ({ event }) => event.output } },
        onError: { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'boot-failed', error: event.error }) } },
      },
      after: { bootDeadline: { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'boot-deadline', message: 'the vCPUs did not run in time' } } } },
    },
    probing: {
      invoke: {
        src: 'probe',
        input: key,
        onDone: '#domain.anchored.running',
        onError: { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'ready-failed', error: event.error }) } },
      },
      after: { readyDeadline: { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'ready-deadline', message: 'the readiness probe did not hold in time' } } } },
    },
  },
});

const running = domainSetup.createStateConfig({
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

/** From the launch to the confirmed absence: an anchor may live. */
export const anchored = domainSetup.createStateConfig({
  description: 'An anchor process lives, or may live.',
  initial: 'device-model-ready',
  invoke: { src: 'watch', input: key, onError: { actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
  on: {
    'guest.state': { actions: 'observed' },
    'guest.memory': { actions: 'observed' },
    'guest.shutdown': { actions: 'observed' },
    'guest.reset': { actions: 'observed' },
    'guest.button': { actions: 'observed' },
    'guest.panicked': { actions: 'observed' },
    'guest.watchdog': { actions: 'observed' },
    'guest.io-error': { actions: 'observed' },
    'guest.unresponsive': { actions: 'observed' },
    'guest.responsive': { actions: 'observed' },
    'channel.silent': { actions: 'observed' },
    'channel.answering': { actions: 'observed' },
    'channel.lost': { actions: 'observed' },
    'anchor.exited': { actions: 'observed' },
  },
  states: { adopting, 'device-model-ready': deviceModelReady, booting, running, halting },
});
