import { Subject, Subscription } from 'rxjs';
import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { Connection } from '../../../../effects/ports/sockets.js';
import { messageOf } from '../../../../errors.js';
import { agentError, isAgentError } from './errors.js';
import type { AgentMessage } from './messages.js';
import { createAgentReader } from './reader.js';

/** A conversation with the agent of a guest over a connection of its own, which `close()` ends. */
export interface Conversation {
  /**
   * Resolves once the agent has repeated a number that was not used before: it lives, and what it says from then on answers what it is asked from
   * then on. Rejects with AGENT_SILENT after `deadline` milliseconds, AGENT_LOST, AGENT_PROTOCOL or the signal's reason.
   */
  synchronize(id: number, deadline: number, signal: AbortSignal): Promise<void>;
  /**
   * Has the guest shut down and powered off. An agent that does so says nothing: resolves when it has said nothing against it for `patience`
   * milliseconds. Rejects with AGENT_REFUSED, AGENT_LOST, AGENT_PROTOCOL or the signal's reason.
   */
  shutDown(patience: number, signal: AbortSignal): Promise<void>;
  /**
   * Has the guest put itself to sleep, in RAM. An agent that does so says nothing, and one that cannot may need a while to find out: resolves when the
   * conversation ended without an objection. Rejects with AGENT_REFUSED, AGENT_PROTOCOL or the signal's reason.
   */
  suspend(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Bytes that a guest may send in one conversation: it has nothing to tell that would take as many. */
const mostBytes = 1024 * 1024;

/** Before a request it makes the agent forget the half of one that an earlier client may have left. */
const sentinel = Uint8Array.of(0xff);

export function converse(connection: Connection, clock: ClockPort): Conversation {
  const reader = createAgentReader();
  const said = new Subject<AgentMessage>();
  let bytes = 0;
  connection.received.subscribe({
    next: (chunk) => {
      bytes += chunk.length;
      if (bytes <= mostBytes) {
        for (const message of reader.push(chunk)) said.next(message);
        return;
      }
      connection.close();
      said.error(agentError('AGENT_PROTOCOL', `the guest has sent more than ${mostBytes} bytes through the port of its agent`));
    },
    error: (error: unknown) => said.error(agentError('AGENT_LOST', `the connection to the guest agent broke: ${messageOf(error)}`, error)),
    complete: () => said.error(agentError('AGENT_LOST', 'the connection to the guest agent ended')),
  });

  const ask = (command: string, parameters: object): void => connection.send(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);

  /** Did the agent say what counts? False when it did not within so many milliseconds, if there is such a limit; rejects with the end of the conversation. */
  const heard = (within: number | undefined, signal: AbortSignal, counts: (message: AgentMessage) => boolean): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const timer = new AbortController();
      const listening = new Subscription();
      const settle = (act: () => void): void => {
        timer.abort();
        signal.removeEventListener('abort', abort);
        listening.unsubscribe();
        act();
      };
      const abort = (): void => settle(() => reject(signal.reason as Error));
      signal.addEventListener('abort', abort);
      if (within !== undefined) {
        clock.sleep(within, timer.signal).then(
          () => settle(() => resolve(false)),
          () => undefined,
        );
      }
      if (signal.aborted) abort();
      // Added, since a conversation that has ended already says so while it is subscribed to.
      listening.add(
        said.subscribe({
          next: (message) => {
            if (counts(message)) settle(() => resolve(true));
          },
          error: (error: Error) => settle(() => reject(error)),
        }),
      );
    });

  /** Tells the agent to do what it says nothing about when it does it. Rejects with AGENT_REFUSED when it objects within so many milliseconds. */
  const tell = async (command: string, parameters: object, { patience, signal, what }: { readonly patience: number | undefined; readonly signal: AbortSignal; readonly what: string }): Promise<void> => {
    let refusal: string | undefined;
    const answered = heard(patience, signal, (message) => {
      if (message.type === 'refusal') refusal = message.reason;
      return message.type !== 'malformed';
    });
    ask(command, parameters);
    await answered;
    if (refusal !== undefined) throw agentError('AGENT_REFUSED', `the guest agent will not ${what}: ${refusal}`);
  };

  return {
    async synchronize(id, deadline, signal) {
      const repeated = heard(deadline, signal, (message) => message.type === 'answer' && message.value === id);
      connection.send(sentinel);
      ask('guest-sync-delimited', { id });
      if (!(await repeated)) throw agentError('AGENT_SILENT', `the guest agent did not answer within ${deadline} ms`);
    },
    shutDown: (patience, signal) => tell('guest-shutdown', { mode: 'powerdown' }, { patience, signal, what: 'shut the guest down' }),
    async suspend(signal) {
      try {
        await tell('guest-suspend-ram', {}, { patience: undefined, signal, what: 'put the guest to sleep' });
      } catch (error) {
        // What it was told it has heard.
        if (!isAgentError(error, 'AGENT_LOST')) throw error;
      }
    },
    close: () => connection.close(),
  };
}
