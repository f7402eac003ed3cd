import { domainSetup, key } from './setup.js';
import { ends, guestOff } from './ways-out.js';

export const booting = domainSetup.createStateConfig({
  description: 'vCPUs run; the readiness probe does not hold yet.',
  initial: 'releasing',
  tags: ['busy'],
  always: [...ends, guestOff],
  states: {
    releasing: {
      description: 'The vCPUs are let run. A guest that was seen to run goes on, whatever comes of the answer.',
      entry: 'askRunState',
      invoke: {
        src: 'boot',
        input: key,
        onDone: { target: 'probing', actions: { type: 'answeredRunState', params: ({ event }) => event.output } },
        onError: [
          { guard: 'guestRan', target: 'probing', actions: { type: 'noteProblem', params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }) } },
          { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'boot-failed', error: event.error }) } },
        ],
      },
      after: {
        bootDeadline: [
          { guard: 'guestRan', target: 'probing', actions: { type: 'noteDeadline', params: 'the guest runs, and that was not answered in time' } },
          { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'boot-deadline', message: 'the vCPUs did not run in time' } } },
        ],
      },
    },
    probing: {
      invoke: {
        src: 'probe',
        input: key,
        // A problem of the release is none of a guest that is well.
        onDone: [{ guard: 'isWell', target: '#domain.anchored.running', actions: 'clearProblem' }, { target: '#domain.anchored.running' }],
        onError: { target: '#domain.anchored.halting', actions: { type: 'failedBy', params: ({ event }) => ({ cause: 'ready-failed', error: event.error }) } },
      },
      after: { readyDeadline: { target: '#domain.anchored.halting', actions: { type: 'endedByDeadline', params: { cause: 'ready-deadline', message: 'the readiness probe did not hold in time' } } } },
    },
  },
});
