import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One thing that the peer does in answer to a request. Payloads are latin-1 text: one character a byte. */
export type PeerAction =
  | { readonly reply: string }
  | { readonly fail: string }
  /** A packet with other fields than the right ones; `length` may be a lie. */
  | { readonly packet: { readonly type?: number; readonly id?: number; readonly length?: number; readonly payload: string } }
  | { readonly fire: { readonly path: string; readonly token: string } }
  /** Bytes as they are. */
  | { readonly raw: string }
  /** So many events of `/flood`, their tokens numbered. */
  | { readonly flood: number }
  /** Not answered until `answerHeld` names it by its place among those held, from 0; it is answered with its own payload. */
  | { readonly hold: true }
  | { readonly answerHeld: readonly number[] }
  /** Reads nothing and answers nothing any more. */
  | { readonly deaf: true }
  | { readonly hangUp: true };

export interface PeerScript {
  /** Done when a client connects. */
  readonly atOnce?: readonly PeerAction[];
  /** Instead of the usual answers, by the number of the message type. The usual one is the request's own payload. */
  readonly on?: Readonly<Record<number, readonly PeerAction[]>>;
  /** Likewise, one answer for each request of the type in turn, and from the first again. */
  readonly inTurn?: Readonly<Record<number, readonly (readonly PeerAction[])[]>>;
  /** Output is cut into pieces of these sizes, again and again; each piece is a write of its own. */
  readonly pieces?: readonly number[];
}

export interface PeerOrder {
  readonly path: string;
  readonly script: PeerScript;
}

/** A separate process that speaks the protocol of xenstore on unix sockets, and departs from it where its script says so. */
export interface XenstorePeers {
  /** Listens on a new socket with this script. Resolves to its path. */
  listen(script?: PeerScript): Promise<string>;
  stop(): void;
}

export function startXenstorePeers(): XenstorePeers {
  const directory = mkdtempSync(join(tmpdir(), 'xenstore-peer-'));
  const child = fork(join(import.meta.dirname, 'xenstore-peer-process.ts'), { execArgv: ['--import', 'tsx'] });
  child.setMaxListeners(0);
  let sockets = 0;
  return {
    listen: (script = {}) =>
      new Promise((resolve, reject) => {
        const path = join(directory, `${sockets++}`);
        const done = (message: unknown): void => {
          if ((message as PeerOrder).path !== path) return;
          child.off('message', done);
          child.off('exit', failed);
          resolve(path);
        };
        const failed = (code: number | null): void => reject(new Error(`the xenstore peer ended with ${code ?? 'a signal'}`));
        child.on('message', done);
        child.once('exit', failed);
        child.send({ path, script } satisfies PeerOrder);
      }),
    stop: () => {
      child.disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
