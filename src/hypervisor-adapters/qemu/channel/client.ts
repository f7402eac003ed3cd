import { Subscription, type Observable } from 'rxjs';
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Connection } from '../../../effects/ports/sockets.js';
import { messageOf, WindlassError } from '../../../errors.js';
import { isQmpError, qmpError } from './errors.js';
import { createHeldStream } from './held-stream.js';
import type { QmpEvent, QmpGreeting, QmpMessage } from './messages.js';
import { createQmpParser } from './parser.js';
import { createPendingCommands, type Wait } from './pending.js';
import type { Commands, Nothing } from './schema-7.2.generated.js';
import { createTranscript } from './transcript.js';

/** Milliseconds. */
interface QmpDeadlines {
  /** From the connection to the end of the handshake. */
  readonly greeting: number;
  /** Of one command, where the call does not set its own. */
  readonly command: number;
}

export interface QmpOptions {
  readonly deadlines: QmpDeadlines;
  readonly clock: ClockPort;
  /** Gives up the handshake. Once the client is open it means nothing any more: `close()` ends it. */
  readonly signal?: AbortSignal;
  /** Called for every line of the peer, whatever it is: proof that it lives. */
  readonly onHeard?: () => void;
}

/** Why a channel ended. */
export interface QmpEnd {
  /** `peer`: end of file. `failure`: the stream broke. `us`: `close()`, or the handshake failed. */
  readonly by: 'peer' | 'failure' | 'us';
  readonly reason: string;
}

/** Oddities that are survived and counted. */
interface QmpCounters {
  /** Lines that are no messages. */
  readonly malformed: number;
  /** Replies that nobody waits for: late, repeated, or with an id that was never sent. */
  readonly unmatched: number;
  /** Events lost because nobody had subscribed yet and 1024 were waiting. */
  readonly droppedEvents: number;
}

interface ExecuteOptions<Answer = unknown> {
  /** Milliseconds; the client's `command` deadline when absent. */
  readonly deadline?: number;
  /** Gives up waiting. The command may still be carried out. */
  readonly signal?: AbortSignal;
  /**
   * Called with the answer in the order of the wire: before any event that came after it. A promise cannot promise that, since its
   * continuation runs when the whole chunk has been read.
   */
  readonly onAnswer?: (answer: Answer) => void;
}

type Arguments<C extends keyof Commands> = Commands[C]['arguments'];
/** Arguments may be left out where none is required. */
type CommandParameters<C extends keyof Commands> = Arguments<C> extends Nothing
  ? [arguments?: Nothing, options?: ExecuteOptions<Commands[C]['returns']>]
  : Partial<Arguments<C>> extends Arguments<C>
    ? [arguments?: Arguments<C>, options?: ExecuteOptions<Commands[C]['returns']>]
    : [arguments: Arguments<C>, options?: ExecuteOptions<Commands[C]['returns']>];

export interface QmpClient {
  /**
   * Settles with the handshake: QMP_NO_GREETING, QMP_TIMEOUT (greeted, then stuck), QMP_PROTOCOL, QMP_CLOSED, QMP_ABORTED. The connection is
   * closed when it rejects.
   */
  readonly ready: Promise<QmpGreeting>;
  /**
   * Rejects with QMP_COMMAND_FAILED, QMP_TIMEOUT, QMP_CLOSED or QMP_ABORTED. Answers are matched by id, so several can be under way; QEMU
   * carries them out in order. May be called before the handshake has ended: the bytes are sent at once and wait in QEMU's socket.
   */
  execute<C extends keyof Commands>(command: C, ...parameters: CommandParameters<C>): Promise<Commands[C]['returns']>;
  /** Hot and multicast; what came before the first subscriber is kept for it. Completes with the channel. */
  readonly events: Observable<QmpEvent>;
  /** Settles when the channel has ended; never rejects. */
  readonly closed: Promise<QmpEnd>;
  readonly counters: QmpCounters;
  /** The last 64 lines, each at most 512 characters, secrets redacted. */
  transcript(): readonly string[];
  close(): void;
}

/** Enough for a storm in the few milliseconds between connecting and subscribing. */
const heldEvents = 1024;
const transcriptLines = 64;
const transcriptWidth = 512;

/**
 * Starts to speak QMP and returns at once; `ready` tells when the handshake is done.
 *
 * `qmp_capabilities` is sent without waiting for the greeting: QEMU reads it when it is ready to, and the reply comes with the greeting, so
 * that opening takes one wake-up rather than two round trips.
 *
 * Back-pressure: every chunk is understood and delivered in the callback it came in, nothing is queued, and so the kernel's socket buffer is
 * the queue. A peer that floods is slowed by our reading; a chunk (64 KiB from a socket) takes about a millisecond, and after five of them at
 * most the loop is free (`SocketPort.connect`). The only things kept are bounded: one unfinished line (8 MiB), events before the first subscriber (1024), and the
 * transcript.
 */
export function startQmp(connection: Connection, options: QmpOptions): QmpClient {
  const { deadlines, clock } = options;
  const parser = createQmpParser();
  const transcript = createTranscript(transcriptLines, transcriptWidth);
  const events = createHeldStream<QmpEvent>(heldEvents);
  const pending = createPendingCommands(clock);
  const subscription = new Subscription();
  let greeting: QmpGreeting | undefined;
  let malformed = 0;
  let ended = false;
  let tellEnd: (end: QmpEnd) => void;
  const closed = new Promise<QmpEnd>((resolve) => (tellEnd = resolve));

  const end = (by: QmpEnd['by'], reason: string): void => {
    if (ended) return;
    ended = true;
    subscription.unsubscribe();
    connection.close();
    pending.rejectAll(() => qmpError('QMP_CLOSED', `the QMP connection ended: ${reason}`));
    tellEnd({ by, reason });
    events.complete();
  };
  const take = (message: QmpMessage): void => {
    if (message.type === 'event') events.next(message.event);
    else if (message.type === 'reply') pending.resolve(message.id, message.value);
    else if (message.type === 'error') pending.refuse(message.id, message.class, message.description);
    else if (message.type === 'greeting') greeting = message.greeting;
    else malformed += 1;
  };
  const send = (command: string, parameters: object | undefined, wait: Wait, deadline: number): Promise<unknown> => {
    if (ended) return Promise.reject(qmpError('QMP_CLOSED', `${command} was not sent: the QMP connection has ended`));
    if (wait.signal?.aborted === true) return Promise.reject(qmpError('QMP_ABORTED', `${command} was not sent`, wait.signal.reason));
    const { id, answer } = pending.add(command, deadline, wait);
    // No whitespace: QEMU reads its monitor a byte at a time, about 4 µs each. No newline either: QEMU acts on the closing brace, and a byte
    // left unread behind `quit` would make a connection reset of the end of file.
    const line = JSON.stringify(parameters === undefined ? { execute: command, id } : { execute: command, arguments: parameters, id });
    transcript.add('>', line, clock.now());
    connection.send(line);
    return answer;
  };

  const received = connection.received.subscribe({
    next: (chunk) => {
      for (const { message, excerpt } of parser.push(chunk)) {
        transcript.add('<', excerpt, clock.now());
        take(message);
        options.onHeard?.();
      }
    },
    error: (error: unknown) => end('failure', messageOf(error)),
    complete: () => end('peer', 'end of file'),
  });
  // Added, since a connection that has ended already says so while it is subscribed to.
  subscription.add(received);

  const handshake = async (): Promise<QmpGreeting> => {
    try {
      await send('qmp_capabilities', undefined, options.signal === undefined ? {} : { signal: options.signal }, deadlines.greeting);
      if (greeting === undefined) throw qmpError('QMP_PROTOCOL', 'the peer answered without a QMP greeting');
      return greeting;
    } catch (error) {
      const told = handshakeError(error, greeting !== undefined, malformed);
      pending.rejectAll(() => told);
      end('us', told.message);
      throw told;
    }
  };
  const ready = handshake();
  // Whoever executes a command hears of a failed handshake there, and need not look at `ready` as well.
  ready.catch(() => undefined);

  return {
    ready,
    execute: async <C extends keyof Commands>(command: C, ...[parameters, wait = {}]: CommandParameters<C>): Promise<Commands[C]['returns']> => {
      const deadline = (wait.deadline ?? deadlines.command) + (greeting === undefined ? deadlines.greeting : 0);
      return await send(command, parameters, wait, deadline);
    },
    events: events.stream,
    closed,
    get counters() {
      return { malformed, unmatched: pending.unmatched, droppedEvents: events.dropped };
    },
    transcript: () => transcript.lines(),
    close: () => end('us', 'closed by us'),
  };
}

/** As `startQmp`, when the handshake is done. */
export async function openQmp(connection: Connection, options: QmpOptions): Promise<QmpClient> {
  const client = startQmp(connection, options);
  await client.ready;
  return client;
}

/** What a failure during the handshake means. A peer that says things which are no QMP is not a slow QEMU. */
function handshakeError(error: unknown, greeted: boolean, malformed: number): WindlassError {
  if (isQmpError(error, 'QMP_TIMEOUT') && !greeted) {
    return malformed === 0
      ? qmpError('QMP_NO_GREETING', 'the monitor accepted the connection and did not greet: QEMU is stopped, stuck, or serves another client', error)
      : qmpError('QMP_PROTOCOL', `the peer said ${malformed} lines and no QMP greeting`, error);
  }
  if (isQmpError(error, 'QMP_COMMAND_FAILED')) return qmpError('QMP_PROTOCOL', `the monitor refused the handshake: ${error.message}`, error);
  return error instanceof WindlassError ? error : qmpError('QMP_PROTOCOL', messageOf(error), error);
}
