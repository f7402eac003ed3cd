/**
 * A guest is put to sleep: it is asked to suspend itself to RAM, which nobody can do to it from outside. It is asked once, and waited for;
 * asked again while it is about to sleep, it would hear that when it wakes, and sleep again.
 */
import type { RunState } from '../observations.js';
import { domainSetup, key } from './setup.js';

const noteProblem = { type: 'noteProblem', params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }) } as const;

export const suspending = domainSetup.createStateConfig({
  description: 'The guest is asked to put itself to sleep.',
  tags: ['busy'],
  entry: 'askRunState',
  // One that falls asleep all the same is woken then.
  always: { guard: 'wantsAwake', target: '#domain.anchored.running.degraded' },
  invoke: {
    src: 'suspend',
    input: key,
    onDone: { target: '#domain.anchored.running.unwilling', actions: [{ type: 'answeredRunState', params: ({ event }: { event: { output: RunState } }) => event.output }, 'noteAwake'] },
    onError: [
      { guard: { type: 'isUndisturbed', params: ({ event }: { event: { error: unknown } }) => event.error }, target: '#domain.anchored.running.retrying', actions: noteProblem },
      { target: '#domain.anchored.running.unwilling', actions: noteProblem },
    ],
  },
  after: { suspendDeadline: { target: '#domain.anchored.running.unwilling', actions: { type: 'noteDeadline', params: 'the guest did not go to sleep in time' } } },
});

export const suspended = domainSetup.createStateConfig({
  description: 'The guest sleeps, in memory, until it is to run again.',
  tags: ['settled'],
  always: [
    { guard: 'hasWoken', target: '#domain.anchored.running.unwilling', actions: 'noteAwake' },
    { guard: 'isNotAsleepAsWanted', target: '#domain.anchored.running.degraded' },
  ],
});

export const unwilling = domainSetup.createStateConfig({
  description: 'The guest will not sleep, or did not stay asleep: it is asked again after a while.',
  tags: ['degraded'],
  always: [
    { guard: 'isAsleepAsWanted', target: '#domain.anchored.running.suspended', actions: 'clearProblem' },
    { guard: 'cannotSuspend', target: '#domain.anchored.running.degraded' },
  ],
  after: { suspendRetry: '#domain.anchored.running.degraded' },
});
