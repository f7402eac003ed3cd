import { domainSetup, target } from './setup.js';
import { ends } from './ways-out.js';

/** A former engine's anchor: its channel is opened and its state read; the guest notices nothing. */
export const adopting = domainSetup.createStateConfig({
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
