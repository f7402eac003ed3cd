import { Subject, Subscription, type Observable } from 'rxjs';
import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { Connection } from '../../../../effects/ports/sockets.js';
import { messageOf } from '../../../../errors.js';
import { createDomains, type XenstoreDomains } from './domains.js';
import { isXenstoreError, xenstoreError } from './errors.js';
import { createNodes, type XenstoreNodes } from './nodes.js';
import { createPacketParser, type Parsed } from './parser.js';
import { checkedWatchPath } from './paths.js';
import { createPendingRequests } from './pending.js';
import type { Request, Wait } from './request.js';
import { runTransaction, type TransactionOptions } from './transaction.js';
import { decodeStrings, encodePacket, encodeStrings, messageTypes, payloadBytes } from './wire.js';

export interface XenstoreClientOptions {
  readonly clock: ClockPort;
  /** Milliseconds in which a request must be answered, where the call does not set its own. */
  readonly deadline: number;
}

/** Why a connection ended. */
export interface XenstoreEnd {
  /** `peer`: end of file. `failure`: the stream broke. `protocol`: what came is no xenstore. `us`: `close()`. */
  readonly by: 'peer' | 'failure' | 'protocol' | 'us';
  readonly reason: string;
}

/** A watch as the daemon tells it. */
export interface Firing {
  /** The node that changed: the watched one, or one below it. Of a special watch its name. */
  readonly path: string;
  readonly token: string;
}

/** Oddities that are survived and counted, and packets altogether. */
interface XenstoreCounters {
  readonly packets: number;
  /** Replies that nobody waits for: late, repeated, or with an id that was never sent. */
  readonly unmatched: number;
  /** Watch events that name no path and token. */
  readonly malformed: number;
}

/** One connection to a xenstore daemon, until it ends. */
export interface XenstoreClient extends XenstoreNodes, XenstoreDomains {
  readonly request: Request;
  /** `runTransaction` on this connection. */
  transaction<T>(work: (nodes: XenstoreNodes) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Watches a node and all below it, or a special path. Fires once at once, perhaps before the promise has settled: listen to `firings` first.
   * Daemons refuse the same path and token twice (EEXIST); the same path with another token is another watch.
   */
  watch(path: string, token: string, wait?: Wait): Promise<void>;
  /** A watch that is not there is fine. */
  unwatch(path: string, token: string, wait?: Wait): Promise<void>;
  /** Hot and multicast; nothing is kept for those who come later. Completes with the connection. */
  readonly firings: Observable<Firing>;
  /** Settles when the connection has ended; never rejects. */
  readonly closed: Promise<XenstoreEnd>;
  readonly counters: XenstoreCounters;
  /** Requests under way reject with XENSTORE_CLOSED. */
  close(): void;
  /** As `close()`, for a connection that is no good any more: requests under way reject with XENSTORE_LOST. */
  abandon(reason: string): void;
}

/**
 * Speaks xenstore over a connection. There is no handshake: the first request can be sent at once, and many can be under way.
 *
 * Back-pressure: every chunk is understood and delivered in the callback it came in, so the kernel's socket buffer is the queue. The only
 * thing kept is one unfinished packet (at most 1 MiB).
 */
export function createXenstoreClient(connection: Connection, { clock, deadline }: XenstoreClientOptions): XenstoreClient {
  const parser = createPacketParser();
  const pending = createPendingRequests(clock);
  const firings = new Subject<Firing>();
  const subscription = new Subscription();
  let packets = 0;
  let malformed = 0;
  let ended: XenstoreEnd | undefined;
  let tellEnd: (end: XenstoreEnd) => void;
  const closed = new Promise<XenstoreEnd>((resolve) => (tellEnd = resolve));

  const end = (by: XenstoreEnd['by'], reason: string): void => {
    if (ended !== undefined) return;
    ended = { by, reason };
    subscription.unsubscribe();
    connection.close();
    const code = by === 'us' ? 'XENSTORE_CLOSED' : by === 'protocol' ? 'XENSTORE_PROTOCOL' : 'XENSTORE_LOST';
    pending.rejectAll((about) => xenstoreError(code, `${about} was not answered: the xenstore connection ended (${reason})`));
    tellEnd(ended);
    firings.complete();
  };
  const take = (parsed: Parsed): void => {
    if (parsed.type === 'broken') {
      end('protocol', parsed.reason);
      return;
    }
    packets += 1;
    if (parsed.packet.type !== messageTypes.watchEvent) {
      pending.settle(parsed.packet);
      return;
    }
    const [path, token] = decodeStrings(parsed.packet.payload);
    if (path === undefined || token === undefined) malformed += 1;
    else firings.next({ path, token });
  };

  const request: Request = async ({ type, payload, about }, transactionId, wait) => {
    if (ended !== undefined) {
      throw xenstoreError(ended.by === 'us' ? 'XENSTORE_CLOSED' : 'XENSTORE_LOST', `${about} was not sent: the xenstore connection has ended (${ended.reason})`);
    }
    if (wait.signal?.aborted === true) throw xenstoreError('XENSTORE_ABORTED', `${about} was not sent`, { cause: wait.signal.reason });
    // C xenstored hangs up on whoever sends more, which would take all other requests with it.
    if (payload.length > payloadBytes) throw xenstoreError('XENSTORE_TOO_LARGE', `${about} was not sent: ${payload.length} bytes, a message has ${payloadBytes}`);
    const { id, answer } = pending.add(type, about, wait.deadline ?? deadline, wait);
    connection.send(encodePacket({ type, requestId: id, transactionId, payload }));
    return await answer;
  };

  // Added, since a connection that has ended already says so while it is subscribed to.
  subscription.add(
    connection.received.subscribe({
      next: (chunk) => {
        for (const parsed of parser.push(chunk)) take(parsed);
      },
      error: (error: unknown) => end('failure', messageOf(error)),
      complete: () => end('peer', 'end of file'),
    }),
  );

  return {
    ...createNodes(request, 0),
    ...createDomains(request),
    request,
    transaction: async (work, options) => await runTransaction(request, clock, work, options),
    watch: async (path, token, wait = {}) => {
      const payload = encodeStrings([checkedWatchPath(path), token]);
      await request({ type: messageTypes.watch, payload, about: `watch ${path}` }, 0, wait);
    },
    unwatch: async (path, token, wait = {}) => {
      const payload = encodeStrings([checkedWatchPath(path), token]);
      try {
        await request({ type: messageTypes.unwatch, payload, about: `unwatch ${path}` }, 0, wait);
      } catch (error) {
        if (!isXenstoreError(error, 'XENSTORE_ABSENT')) throw error;
      }
    },
    firings: firings.asObservable(),
    closed,
    get counters() {
      return { packets, unmatched: pending.unmatched, malformed };
    },
    close: () => end('us', 'closed by us'),
    abandon: (reason) => end('failure', reason),
  };
}
