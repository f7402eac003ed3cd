import { concludeRun } from './run-end.js';
import { domainSetup, key, target } from './setup.js';

/** Milliseconds. */
const askInterval = 3_000;
const pressInterval = 3_000;

const gone = { guard: 'anchorIsGone', target: 'collecting' } as const;

/** It fell asleep on the rung: it is woken if it was not twice, and else the next rungs end it as it is. */
const asleep = [
  { guard: 'mustWake', target: 'waking' },
  { guard: 'isAsleep', target: 'afterPress' },
] as const;

/** The ladder: each rung has a deadline, the kill rung sits behind no call to the channel, and the rung that ended it is recorded. */
export const halting = domainSetup.createStateConfig({
  description: 'The ladder: ask, press, quit, terminate, kill. The rung that ended it is recorded.',
  initial: 'choosing',
  tags: ['busy'],
  entry: 'beginEnd',
  states: {
    choosing: {
      always: [
        gone,
        { target: 'noting' },
      ],
    },
    noting: {
      description: 'Why the run is being ended goes on record before the first rung: an engine that comes after this one must not take its doing for the guest’s.',
      always: gone,
      invoke: {
        src: 'note',
        input: ({ context }) => ({ ...key({ context }), end: context.end }),
        onDone: 'afterNote',
        // The end matters more than its record.
        onError: { target: 'afterNote', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { noteDeadline: 'afterNote' },
    },
    afterNote: {
      always: [{ guard: 'mustWake', target: 'waking' }, { guard: 'canAsk', target: 'asking' }, { target: 'afterAsk' }],
    },
    waking: {
      description: 'The guest sleeps, and hears nobody: it is woken, so that it can shut itself down. Whatever comes of it, the ladder goes on.',
      entry: ['askRunState', 'noteWaking'],
      // It may be seen awake long before that is answered.
      always: [gone, { guard: 'guestIsOff', target: 'afterPress' }, { guard: 'canAsk', target: 'asking' }, { guard: 'canPress', target: 'pressing' }],
      invoke: {
        src: 'resume',
        input: key,
        onDone: { target: 'afterWaking', actions: { type: 'answeredRunState', params: ({ event }) => event.output } },
        onError: { target: 'afterWaking', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { wakeDeadline: { target: 'afterWaking', actions: { type: 'noteDeadline', params: 'the guest was not woken in time' } } },
    },
    afterWaking: {
      always: [{ guard: 'canAsk', target: 'asking' }, { guard: 'canPress', target: 'pressing' }, { target: 'afterPress' }],
    },
    asking: {
      description: 'Somebody inside the guest is asked to shut it down.',
      entry: { type: 'climb', params: 'ask' },
      always: [gone, { guard: 'guestIsOff', target: 'afterPress' }, ...asleep],
      // It says why nobody is reached, who may yet come.
      on: { 'effect.waiting': { actions: 'noteWaiting' } },
      invoke: { src: 'ask', input: ({ context }) => ({ ...target({ context }), again: askInterval }), onError: { target: 'afterAsk', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { askDeadline: 'afterAsk' },
    },
    afterAsk: {
      always: [{ guard: 'canPress', target: 'pressing' }, { target: 'afterPress' }],
    },
    pressing: {
      description: 'The power button: the guest is told to shut down.',
      entry: { type: 'climb', params: 'press' },
      always: [gone, { guard: 'guestIsOff', target: 'afterPress' }, ...asleep],
      invoke: { src: 'press', input: ({ context }) => ({ ...target({ context }), again: pressInterval }), onError: { target: 'afterPress', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { pressDeadline: 'afterPress' },
    },
    afterPress: {
      always: [{ guard: 'canQuit', target: 'quitting' }, { target: 'afterQuit' }],
    },
    quitting: {
      description: 'The VMM is asked to end.',
      entry: { type: 'climb', params: 'quit' },
      always: gone,
      invoke: { src: 'quit', input: target, onError: { target: 'afterQuit', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { quitDeadline: 'afterQuit' },
    },
    afterQuit: {
      always: [{ guard: 'canTerminate', target: 'terminating' }, { target: 'killing' }],
    },
    terminating: {
      description: 'SIGTERM to the anchor.',
      entry: { type: 'climb', params: 'terminate' },
      always: gone,
      invoke: { src: 'terminate', input: target, onError: { target: 'killing', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { terminateDeadline: 'killing' },
    },
    killing: {
      description: 'SIGKILL to the anchor.',
      entry: { type: 'climb', params: 'kill' },
      always: gone,
      // It says why the anchor does not end, where that can be seen.
      on: { 'effect.waiting': { actions: 'noteWaiting' } },
      invoke: { src: 'kill', input: target, onDone: { target: 'collecting', actions: 'endedByRung' }, onError: { target: 'unkillable', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
      after: { killDeadline: { target: 'unkillable', actions: 'noteUnkillable' } },
    },
    unkillable: {
      description: 'In uninterruptible sleep, perhaps: it holds its resources, and is tried again.',
      tags: ['degraded'],
      always: gone,
      after: { retryDelay: 'killing' },
    },
    collecting: {
      always: [{ guard: 'leavesEvidence', target: 'capturing' }, { target: 'reaping' }],
    },
    capturing: {
      description: 'Console tail, logs, transcript and exit facts are kept before anything is removed.',
      invoke: {
        src: 'capture',
        input: ({ context }) => ({ ...key({ context }), end: context.end }),
        onDone: { target: 'reaping', actions: { type: 'keepEvidence', params: ({ event }) => event.output } },
        onError: { target: 'reaping', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { captureDeadline: 'reaping' },
    },
    reaping: {
      description: 'Absence is confirmed, leftovers are removed, resources released.',
      // Devices that the host has not taken back are tried again without the domain.
      on: { 'effect.waiting': { actions: 'noteWaiting' } },
      invoke: {
        src: 'reap',
        // What the record shall remember is what the machine will know once the run is concluded.
        input: ({ context }) => {
          const { failures, lastEnd } = { ...context, ...concludeRun(context) };
          return { ...target({ context }), end: lastEnd, failures, removed: context.desired.removed };
        },
        onDone: [
          { guard: 'isRemoved', target: '#domain.gone', actions: 'concludeRun' },
          { guard: 'wantsHalted', target: '#domain.halted', actions: 'concludeRun' },
          { guard: 'startsAtOnce', target: '#domain.pending', actions: 'concludeRun' },
          { guard: 'restartsByPolicy', target: '#domain.backoff', actions: 'concludeRun' },
          { guard: 'endedByItself', target: '#domain.halted', actions: 'concludeRun' },
          { target: '#domain.failed', actions: 'concludeRun' },
        ],
        onError: { target: 'unconfirmed', actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } },
      },
      after: { reapDeadline: { target: 'unconfirmed', actions: { type: 'noteDeadline', params: 'the end of the anchor could not be confirmed in time' } } },
    },
    unconfirmed: {
      description: 'The anchor may still live: nothing is released; the ladder is climbed again.',
      tags: ['degraded'],
      after: { retryDelay: { target: 'killing', actions: 'doubtExit' } },
    },
  },
});
