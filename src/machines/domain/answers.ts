/** What a living anchor answers, and what that changes. What was seen of it meanwhile is newer than the answer. */
import type { RunState } from '../observations.js';
import type { Changes, DomainContext } from './context.js';
import { type Problem, problemOf } from './problem.js';

/** An effect answered with the run state that it left. An observation may have overtaken the answer; what is newer stays. */
export const answeredRunState = (context: DomainContext, runState: RunState): Changes => ({
  runState: context.seenSinceAsked ? context.runState : runState,
});

const unconfirmed = 'RELEASE_UNCONFIRMED';

/** The guest runs, and whoever was asked to let it run says nothing of it, or that it failed. */
export const noteUnconfirmed = (why: unknown): Changes => ({
  problem: { reason: unconfirmed, message: `the guest runs, though its release is not confirmed: ${problemOf(why).message}`, retryable: true },
});

/** The guest is well, which says more than that answer would have. What else is wrong with it stays. */
export const confirmed = ({ problem }: DomainContext): Changes => (problem?.reason === unconfirmed ? { problem: null } : {});

export const channelOpened = (context: DomainContext, runState: RunState): Changes => ({
  ...answeredRunState(context, runState),
  // It may have been lost again before its opening was answered.
  ...(context.channel === 'lost' ? {} : { channel: 'open', problem: null }),
});

/** The guest's memory was changed. Somebody may have changed it again before that was answered; what is seen is newer. */
export const resized = ({ memory, memoryChange, memorySeen }: DomainContext): Changes => ({ memory: memorySeen ? memory : (memoryChange?.memory ?? memory) });

/** A change has come to its end. Where the guest has other memory by now, what it counts for is weighed anew. */
export const reckoned = ({ memory, memoryChange }: DomainContext): Changes => ({ reckoned: memory === memoryChange?.memory });

/** It was put to sleep, and is awake: by an alarm of its own, or by somebody else. */
export const awake: Problem = { reason: 'GUEST_AWAKE', message: 'the guest was put to sleep, and did not stay asleep', retryable: true };
