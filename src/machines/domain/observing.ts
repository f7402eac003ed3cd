import { domainSetup, key } from './setup.js';

/** What does the host have of this domain? Nothing is started, and nothing released, before that is known. */
export const observing = domainSetup.createStateConfig({
  description: 'The host is asked what it has of this domain; unknown is not dead.',
  initial: 'looking',
  states: {
    looking: {
      tags: ['busy'],
      invoke: {
        src: 'observe',
        input: key,
        onDone: [
          { guard: { type: 'isPresent', params: ({ event }) => event.output }, target: '#domain.anchored.adopting', actions: { type: 'adopt', params: ({ event }) => event.output } },
          { guard: { type: 'isUnknown', params: ({ event }) => event.output }, target: 'blind', actions: { type: 'noteFinding', params: ({ event }) => event.output } },
          { guard: { type: 'isUnreaped', params: ({ event }) => event.output }, target: '#domain.anchored.halting.collecting', actions: { type: 'foundEnded', params: ({ event }) => event.output } },
          { target: 'absent', actions: { type: 'rememberLastRun', params: ({ event }) => event.output } },
        ],
        onError: { target: 'blind', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { observeDeadline: { target: 'blind', actions: { type: 'noteDeadline', params: 'the host did not tell in time whether the anchor lives' } } },
    },
    blind: { tags: ['degraded'], after: { retryDelay: 'looking' } },
    absent: {
      always: [
        { guard: 'isRemoved', target: '#domain.gone' },
        { guard: 'wantsHalted', target: '#domain.halted' },
        { guard: 'isOverByFailure', target: '#domain.failed' },
        { guard: 'isOver', target: '#domain.halted' },
        { guard: 'wasFailing', target: '#domain.backoff' },
        { target: '#domain.pending' },
      ],
    },
  },
});
