import { domainSetup, key } from './setup.js';
import { ends, guestOff } from './ways-out.js';

export const booting = domainSetup.createStateConfig({
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
