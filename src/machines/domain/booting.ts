import { domainSetup, key } from './setup.js';
import { ends, guestOff } from './ways-out.js';

export const booting = domainSetup.createStateConfig({
  description: 'vCPUs run; the readiness probe does not hold yet.',
  initial: 'releasing',
  tags: ['busy'],
  always: [...ends, guestOff],
  states: {
    releasing: {
      description: 'The vCPUs are let run. A guest that was seen to run goes on, whatever comes of the answer; not so one that lacks what its document asks for.',
      entry: 'askRunState',
      invoke: {
        src: 'boot',
        input: key,
        onDone: { target: 'probing', actions: { type: 'answeredRunState', params: ({ event }) => event.output } },
        onError: [
          { guard: { type: 'ranUnconfirmed', params: ({ event }: { event: { error: unknown } }) => event.error }, target: 'probing', actions: { type: 'noteUnconfirmed', params: ({ event }: { event: { error: unknown } }) => event.error } },
          { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'boot-failed', error: event.error }) } },
        ],
      },
      after: {
        bootDeadline: [
          { guard: 'guestRan', target: 'probing', actions: { type: 'noteUnconfirmed', params: 'there was no answer in time' } },
          { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'boot-deadline', message: 'the vCPUs did not run in time' } } },
        ],
      },
    },
    probing: {
      invoke: {
        src: 'probe',
        input: key,
        onDone: [{ guard: 'isWell', target: '#domain.anchored.running', actions: 'confirmed' }, { target: '#domain.anchored.running' }],
        onError: { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'ready-failed', error: event.error }) } },
      },
      after: { readyDeadline: { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'ready-deadline', message: 'the readiness probe did not hold in time' } } } },
    },
  },
});
