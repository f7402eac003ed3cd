import { BehaviorSubject, type Observable } from 'rxjs';
import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { Connection } from '../../../../effects/ports/sockets.js';
import { messageOf, WindlassError } from '../../../../errors.js';
import { createXenstoreClient, type XenstoreClient, type XenstoreEnd } from './client.js';
import { createDomains, type XenstoreDomains } from './domains.js';
import { xenstoreError } from './errors.js';
import { createNodes, type XenstoreNodes } from './nodes.js';
import type { Request } from './request.js';
import type { TransactionOptions } from './transaction.js';
import { createSharedWatches, type WatchEvent } from './watches.js';

export interface XenstoreOptions {
  /** One attempt to connect. Rejects with the signal's reason when aborted. */
  readonly dial: (signal: AbortSignal) => Promise<Connection>;
  readonly clock: ClockPort;
  readonly deadlines?: Partial<XenstoreDeadlines>;
}

/** Milliseconds. */
interface XenstoreDeadlines {
  /** Of one attempt to connect: 5000. */
  readonly dial: number;
  /** Of one request, where the call does not set its own: 5000. */
  readonly request: number;
}

export type XenstoreStatus =
  /** Requests wait for the outcome of this attempt. */
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  /** Requests reject at once. `retryIn`: milliseconds until it is dialled again. */
  | { readonly type: 'disconnected'; readonly error: WindlassError; readonly retryIn: number }
  | { readonly type: 'closed' };

/** A xenstore for as long as it is needed, over as many connections as that takes. */
export interface Xenstore extends XenstoreNodes, XenstoreDomains {
  /** All on one connection: if that is lost, it rejects with XENSTORE_LOST, and whether it was committed is unknown. */
  transaction<T>(work: (nodes: XenstoreNodes) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * What changes at a node and below it, or `@introduceDomain` and `@releaseDomain`. Begins with a `look`, and has another one after each reconnection; while there is no connection
   * nothing is said. Errors with a refusal of the daemon, and XENSTORE_PATH_INVALID. One watch on the wire for each path, however many subscribe; none when nobody does.
   */
  watch(path: string): Observable<WatchEvent>;
  readonly status: XenstoreStatus;
  /** The present status first. Completes when closed. */
  readonly status$: Observable<XenstoreStatus>;
  /** Requests under way reject with XENSTORE_CLOSED, watches complete. */
  close(): void;
}

const usualDeadlines: XenstoreDeadlines = { dial: 5000, request: 5000 };

/**
 * Milliseconds between two attempts, doubled each time. It is polled, since a socket's file says nothing about who listens behind it: a
 * daemon that was killed leaves it there.
 */
const shortestPause = 20;
const longestPause = 2000;

/** Connects, and does so again whenever the connection is lost, until it is closed. Returns at once. */
export function openXenstore({ dial, clock, deadlines: chosen = {} }: XenstoreOptions): Xenstore {
  const deadlines = { ...usualDeadlines, ...chosen };
  const stop = new AbortController();
  const status = new BehaviorSubject<XenstoreStatus>({ type: 'connecting' });
  const watches = createSharedWatches();
  let turn = createTurn();
  // As a function, since the compiler takes a signal for what it was before an await.
  const stopped = (): boolean => stop.signal.aborted;

  const connect = async (): Promise<XenstoreClient> => {
    const connection = await dialInTime(dial, clock, deadlines.dial, stop.signal);
    return createXenstoreClient(connection, { clock, deadline: deadlines.request });
  };
  /** One connection from its beginning to its end: why it ended, and whether a daemon was there. */
  const visit = async (): Promise<{ readonly error: WindlassError; readonly answered: boolean }> => {
    let client: XenstoreClient;
    try {
      client = await connect();
    } catch (error) {
      return { error: unreachable(error), answered: false };
    }
    const hangUp = (): void => client.close();
    stop.signal.addEventListener('abort', hangUp);
    if (stopped()) hangUp();
    else watches.attach(client);
    turn.succeed(client);
    if (!stopped()) status.next({ type: 'connected' });
    const end = await client.closed;
    stop.signal.removeEventListener('abort', hangUp);
    return { error: lost(end), answered: client.counters.packets > 0 };
  };
  const run = async (): Promise<void> => {
    for (let pause = shortestPause; !stopped(); pause = Math.min(pause * 2, longestPause)) {
      const { error, answered } = await visit();
      if (stopped()) return;
      // Only who has answered proves that it can be talked to: one that accepts and hangs up is not dialled in a tight loop.
      if (answered) pause = shortestPause;
      turn.fail(notNow(error));
      status.next({ type: 'disconnected', error, retryIn: pause });
      await clock.sleep(pause, stop.signal).catch(() => undefined);
      if (stopped()) return;
      turn = createTurn();
      status.next({ type: 'connecting' });
    }
  };
  // `visit` turns all that can go wrong into a value.
  void run();

  const request: Request = async (question, transaction, wait) => await (await turn.client()).request(question, transaction, wait);

  return {
    ...createNodes(request, 0),
    ...createDomains(request),
    transaction: async (work, options) => await (await turn.client()).transaction(work, options),
    watch: (path) => watches.observe(path),
    get status() {
      return status.value;
    },
    status$: status.asObservable(),
    close: () => {
      if (stopped()) return;
      const error = xenstoreError('XENSTORE_CLOSED', 'the xenstore was closed by us');
      stop.abort(error);
      turn.fail(error);
      watches.close();
      status.next({ type: 'closed' });
      status.complete();
    },
  };
}

/** The connection of one attempt, for those who wait for it. */
interface Turn {
  client(): Promise<XenstoreClient>;
  succeed(client: XenstoreClient): void;
  /** From now on everybody is refused, also where it had succeeded. */
  fail(error: WindlassError): void;
}

function createTurn(): Turn {
  let failure: WindlassError | undefined;
  let settle: { readonly resolve: (client: XenstoreClient) => void; readonly reject: (error: WindlassError) => void };
  const outcome = new Promise<XenstoreClient>((resolve, reject) => (settle = { resolve, reject }));
  // Perhaps nobody asks.
  outcome.catch(() => undefined);
  return {
    client: () => (failure === undefined ? outcome : Promise.reject(failure)),
    succeed: (client) => settle.resolve(client),
    fail: (error) => {
      failure = error;
      settle.reject(error);
    },
  };
}

/** One attempt, given up at its deadline or when the store is closed. */
async function dialInTime(dial: XenstoreOptions['dial'], clock: ClockPort, deadline: number, stop: AbortSignal): Promise<Connection> {
  const attempt = new AbortController();
  const timer = new AbortController();
  const giveUp = (): void => attempt.abort(stop.reason);
  stop.addEventListener('abort', giveUp);
  clock.sleep(deadline, timer.signal).then(
    () => attempt.abort(xenstoreError('XENSTORE_UNREACHABLE', `no connection to xenstore was made within ${deadline} ms`)),
    () => undefined,
  );
  try {
    return await dial(attempt.signal);
  } finally {
    // By hand: signals that AbortSignal.any() derives from one that lives as long as the store would pile up with the attempts.
    stop.removeEventListener('abort', giveUp);
    timer.abort();
  }
}

function unreachable(thrown: unknown): WindlassError {
  if (thrown instanceof WindlassError && thrown.code.startsWith('XENSTORE_')) return thrown;
  return xenstoreError('XENSTORE_UNREACHABLE', `xenstore cannot be reached: ${messageOf(thrown)}`, { cause: thrown });
}

/** For requests that are made while there is no connection: they were not sent. */
function notNow(error: WindlassError): WindlassError {
  if (error.code === 'XENSTORE_UNREACHABLE') return error;
  return xenstoreError('XENSTORE_UNREACHABLE', `there is no xenstore now: ${error.message}`, { cause: error });
}

function lost({ by, reason }: XenstoreEnd): WindlassError {
  return xenstoreError(by === 'protocol' ? 'XENSTORE_PROTOCOL' : 'XENSTORE_LOST', `the xenstore connection ended (${reason})`);
}
