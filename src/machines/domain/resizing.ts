/**
 * The memory of a living guest is changed. More is counted, and on record, before the guest has it; less only once the guest is seen to have
 * given it back. Whatever is cut short in between, the domain counts for too much and never for too little; it is weighed anew after that,
 * and once after an adoption, since an earlier engine may have been cut short.
 */
import { domainSetup, key, target } from './setup.js';

const settling = '#domain.anchored.running.settling';

const failed = { target: '#domain.anchored.running.retrying', actions: { type: 'noteProblem', params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }) } } as const;

export const resizing = domainSetup.createStateConfig({
  description: 'The guest is given more memory, or asked for some, as it runs.',
  tags: ['busy'],
  initial: 'weighing',
  after: { resizeDeadline: { target: '#domain.anchored.running.retrying', actions: { type: 'noteDeadline', params: 'the memory of the guest was not changed in time' } } },
  states: {
    weighing: {
      description: 'What does the domain count for, now and with its document?',
      invoke: {
        src: 'weigh',
        input: key,
        onDone: [
          { guard: { type: 'leavesMemory', params: ({ event }) => event.output }, target: settling, actions: 'leaveReckoned' },
          { guard: { type: 'needsMore', params: ({ event }) => event.output }, target: 'counting', actions: { type: 'weighed', params: ({ event }) => event.output } },
          { target: 'asking', actions: { type: 'weighed', params: ({ event }) => event.output } },
        ],
        // A guest that has what it shall have is not disturbed for it: it counts for what it did, which is no less.
        onError: [{ guard: 'hasItsMemory', target: settling, actions: 'leaveReckoned' }, failed],
      },
    },
    counting: {
      description: 'The domain counts for more, before its guest has it.',
      invoke: {
        src: 'count',
        input: ({ context }) => ({ ...target({ context }), bytes: context.memoryChange?.needs ?? null, unrecorded: 'refused' as const }),
        onDone: 'asking',
        onError: failed,
      },
    },
    asking: {
      description: 'The guest takes the memory, or gives back what it likes.',
      entry: 'askMemory',
      invoke: {
        src: 'resize',
        input: ({ context }) => ({ ...key({ context }), bytes: context.memoryChange?.memory ?? null }),
        onDone: [
          { guard: { type: 'gaveBack', params: ({ event }) => event.output }, target: 'recounting', actions: 'resized' },
          { target: settling, actions: ['resized', 'reckoned'] },
        ],
        onError: failed,
      },
    },
    recounting: {
      description: 'The guest has given memory back: the domain counts for less. Where that cannot be put on record, the next engine counts what it was, which is more, and weighs it anew.',
      invoke: {
        src: 'count',
        input: ({ context }) => ({ ...target({ context }), bytes: context.memoryChange?.needs ?? null, unrecorded: 'counts' as const }),
        onDone: { target: settling, actions: 'reckoned' },
        onError: failed,
      },
    },
  },
});
