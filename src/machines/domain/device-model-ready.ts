import { domainSetup, key, target } from './setup.js';
import { ends, guestOff } from './ways-out.js';

export const deviceModelReady = domainSetup.createStateConfig({
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
