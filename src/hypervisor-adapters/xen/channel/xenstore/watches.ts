import { Observable, Subject } from 'rxjs';
import { messageOf } from '../../../../errors.js';
import type { XenstoreClient } from './client.js';
import { errnoOf, xenstoreError } from './errors.js';
import { checkedWatchPath } from './paths.js';

export interface WatchEvent {
  /** The node to look at: the one that changed, which is the watched one or one below it; with `look` the watched one. */
  readonly path: string;
  /**
   * `changed`: the daemon says so. `look`: the watch begins, or begins again on a new connection, so that anything under the path may be
   * other than what was read before; nodes that are gone are told by no further event.
   */
  readonly reason: 'look' | 'changed';
}

/** Watches that outlive connections, each path with one watch on the wire. */
export interface SharedWatches {
  /** Cold for the first subscriber of a path, shared for the others; each is told to look at first. Ends only with the store, or a refusal. */
  observe(path: string): Observable<WatchEvent>;
  /** From now on the watches are this connection's, until it ends. */
  attach(client: XenstoreClient): void;
  /** Completes all, and refuses new ones. */
  close(): void;
}

interface Shared {
  readonly path: string;
  readonly events: Subject<WatchEvent>;
  subscribers: number;
  /** Another one at each registration: what an earlier one still says is not mistaken for the first firing of this one. */
  token: string;
  /** Has the present registration fired? Then who comes later is told to look by us. */
  fired: boolean;
}

export function createSharedWatches(): SharedWatches {
  const byPath = new Map<string, Shared>();
  const byToken = new Map<string, Shared>();
  let connected: XenstoreClient | undefined;
  let registrations = 0;
  let closed = false;

  const forget = (shared: Shared): void => {
    if (byPath.get(shared.path) === shared) byPath.delete(shared.path);
    byToken.delete(shared.token);
  };
  const register = (shared: Shared, client: XenstoreClient): void => {
    const token = `windlass-${registrations++}`;
    shared.token = token;
    byToken.set(token, shared);
    client.watch(shared.path, token).catch((error: unknown) => {
      if (errnoOf(error) === undefined) {
        // A daemon that does not answer this: whether the watch is there is unknown. On the next connection it is made again.
        client.abandon(`a watch could not be registered: ${messageOf(error)}`);
      } else if (byToken.get(token) === shared) {
        forget(shared);
        shared.events.error(error);
      }
    });
  };
  const join = (path: string): Shared => {
    const present = byPath.get(path);
    if (present !== undefined) return present;
    const shared: Shared = { path, events: new Subject(), subscribers: 0, token: '', fired: false };
    byPath.set(path, shared);
    if (connected !== undefined) register(shared, connected);
    return shared;
  };
  const leave = (shared: Shared): void => {
    shared.subscribers -= 1;
    if (shared.subscribers > 0 || byPath.get(shared.path) !== shared) return;
    forget(shared);
    // If the daemon does not hear of it, its events have a token that nobody knows.
    connected?.unwatch(shared.path, shared.token).catch(() => undefined);
  };

  return {
    observe: (path) =>
      new Observable<WatchEvent>((subscriber) => {
        if (closed) throw xenstoreError('XENSTORE_CLOSED', `${path} cannot be watched: the store was closed`);
        const shared = join(checkedWatchPath(path));
        shared.subscribers += 1;
        subscriber.add(shared.events.subscribe(subscriber));
        if (shared.fired) subscriber.next({ path, reason: 'look' });
        return () => leave(shared);
      }),
    attach: (client) => {
      connected = client;
      client.firings.subscribe({
        next: ({ path, token }) => {
          const shared = byToken.get(token);
          if (shared === undefined) return;
          const first = !shared.fired;
          shared.fired = true;
          shared.events.next(first ? { path: shared.path, reason: 'look' } : { path, reason: 'changed' });
        },
        complete: () => {
          if (connected === client) connected = undefined;
          // The registrations ended with the connection.
          for (const shared of byPath.values()) shared.fired = false;
        },
      });
      // Here and not when the last connection ended: one that had ended before it was attached has left tokens, too.
      byToken.clear();
      for (const shared of byPath.values()) register(shared, client);
    },
    close: () => {
      closed = true;
      for (const { events } of [...byPath.values()]) events.complete();
    },
  };
}
