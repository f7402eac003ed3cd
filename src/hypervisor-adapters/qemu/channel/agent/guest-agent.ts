import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { Connection } from '../../../../effects/ports/sockets.js';
import { converse, type Conversation } from './conversation.js';
import { isAgentError } from './errors.js';

export interface GuestAgentOptions {
  readonly clock: ClockPort;
  /**
   * Dials the port of the agent. QEMU serves one client at a time, and lets the next wait; what is said to a port that nobody in the guest has
   * opened waits as well, so that an agent which comes up finds the question.
   */
  readonly dial: (signal: AbortSignal) => Promise<Connection>;
}

/** Whoever minds the port `org.qemu.guest_agent.0` inside the guest. It may not be there, and need not mean well. */
export interface GuestAgent {
  /** Has it shut the guest down. Resolves when it has been told and did not object. Rejects with the codes of `AgentErrorCode`, as `dial` does, or with the signal's reason. */
  shutDown(signal: AbortSignal): Promise<void>;
  /** Has it put the guest to sleep. Resolves or rejects as `Conversation.suspend`, and rejects with AGENT_SILENT or AGENT_LOST before it was told; never sooner than the agent objects. */
  suspend(signal: AbortSignal): Promise<void>;
  /** Resolves to true as soon as it answers; to false when the signal is aborted, or where it cannot be asked; to undefined where `dial` says that there is no port. */
  answers(signal: AbortSignal): Promise<boolean | undefined>;
}

/** Milliseconds for one answer. A question can be lost, by an agent that is just being started anew: then it is asked again. */
const answerDeadline = 2_000;
/** Milliseconds in which an agent that will not, or cannot, says so: it waits for the command that it runs. */
const objectionDeadline = 1_000;

export function createGuestAgent({ clock, dial }: GuestAgentOptions): GuestAgent {
  let asked = 0;
  /** Not used before, by an earlier engine either: what that was answered may still be on its way. */
  const freshId = (): number => Math.trunc(clock.now()) * 1_000 + (asked++ % 1_000);

  const inStep = async (signal: AbortSignal, talk: (conversation: Conversation) => Promise<void>): Promise<void> => {
    const conversation = converse(await dial(signal), clock);
    try {
      await conversation.synchronize(freshId(), answerDeadline, signal);
      await talk(conversation);
    } finally {
      conversation.close();
    }
  };

  return {
    shutDown: (signal) => inStep(signal, (conversation) => conversation.shutDown(objectionDeadline, signal)),
    suspend: (signal) => inStep(signal, (conversation) => conversation.suspend(signal)),
    async answers(signal) {
      while (!signal.aborted) {
        try {
          await inStep(signal, () => Promise.resolve());
          return true;
        } catch (error) {
          if (isAgentError(error, 'AGENT_ABSENT')) return undefined;
          if (!isAgentError(error, 'AGENT_SILENT')) return false;
        }
      }
      return false;
    },
  };
}
