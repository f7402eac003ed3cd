/**
 * One domain, from its document to its end. It first observes what the host has of it (observing), then readies what it needs (pending),
 * and from the launch to the confirmed absence of its anchor process it is anchored: the device model is made ready, the guest boots, runs,
 * and is halted by a ladder of rungs that each have a deadline. An anchor that is gone, a guest that is off or a document that changed
 * lead through halting, where evidence is captured and the anchor reaped, and only then to halted, backoff or failed. A domain whose
 * document is gone ends as gone.
 *
 * Transitions are level-triggered: observations only change facts, and the guards look at the facts. Nothing leaves `anchored` but
 * through `reaping`, which succeeds only when the anchor is confirmed absent: so resources are never released under a living guest, and
 * there are never two anchors.
 */
import { anchored } from './domain/anchored.js';
import { initialContext } from './domain/context.js';
import { observing } from './domain/observing.js';
import { pending } from './domain/pending.js';
import { domainSetup } from './domain/setup.js';

export const domainMachine = domainSetup.createMachine({
  id: 'domain',
  description:
    'One domain, from its document to its end. It first observes what the host has of it (observing), then readies what it needs (pending), ' +
    'and from the launch to the confirmed absence of its anchor process it is anchored: the device model is made ready, the guest boots, runs, ' +
    'and is halted by a ladder of rungs that each have a deadline. An anchor that is gone, a guest that is off or a document that changed ' +
    'lead through halting, where evidence is captured and the anchor reaped, and only then to halted, backoff or failed. A domain whose ' +
    'document is gone ends as gone.',
  context: ({ input }) => initialContext(input),
  initial: 'observing',
  on: {
    'desired.changed': { actions: 'desire' },
  },
  states: {
    observing,
    pending,
    anchored,
    halted: {
      description: 'The anchor is confirmed absent and its resources are released.',
      tags: ['settled'],
      always: [
        { guard: 'isRemoved', target: 'gone' },
        { guard: 'wantsStart', target: 'pending' },
      ],
      on: { retry: { guard: 'wantsUp', target: 'pending' } },
    },
    backoff: {
      description: 'The restart policy waits before it tries again.',
      tags: ['busy'],
      always: [
        { guard: 'isRemoved', target: 'gone' },
        { guard: 'wantsHalted', target: 'halted' },
        { guard: 'hasNewGeneration', target: 'pending' },
      ],
      on: { retry: 'pending' },
      after: { backoffDelay: 'pending' },
    },
    failed: {
      description: 'Nothing here will mend it: it waits for another document, or to be told to retry.',
      tags: ['settled', 'degraded'],
      always: [
        { guard: 'isRemoved', target: 'gone' },
        { guard: 'wantsHalted', target: 'halted' },
        { guard: 'hasNewGeneration', target: 'pending' },
      ],
      on: { retry: 'pending' },
    },
    gone: { type: 'final', description: 'No document names it, and nothing of it is left.' },
  },
});
