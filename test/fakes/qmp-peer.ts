import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One thing that the peer does in answer to a command. */
export type PeerAction =
  | { readonly reply: unknown }
  | { readonly fail: { readonly class: string; readonly desc: string } }
  | { readonly event: string; readonly data?: object }
  /** Sent as it is; `$id` becomes the command's id. */
  | { readonly raw: string }
  /** What `query-status` says from now on. */
  | { readonly status: string }
  /** So many RTC_CHANGE events, numbered in `offset`. */
  | { readonly flood: number }
  /** A reply of so many bytes. */
  | { readonly huge: number }
  /** Not answered until `answerHeldReversed`; the answers are the ids. */
  | { readonly hold: true }
  | { readonly answerHeldReversed: true }
  /** Reads nothing and answers nothing any more. */
  | { readonly deaf: true }
  | { readonly hangUp: true };

/** Where the peer departs from what QEMU does. */
export interface PeerScript {
  /** False: connected, and nothing is said. */
  readonly greet?: boolean;
  /** Done when a client connects, after the greeting. */
  readonly atOnce?: readonly PeerAction[];
  /** Instead of the usual answer to a command. */
  readonly on?: Readonly<Record<string, readonly PeerAction[]>>;
  /** Output is cut into pieces of these sizes, again and again; each piece is a write of its own. */
  readonly pieces?: readonly number[];
  /** Run state at the beginning. */
  readonly status?: string;
}

export interface PeerOrder {
  readonly path: string;
  readonly script: PeerScript;
}

/** A separate process that speaks QMP on unix sockets. */
export interface QmpPeers {
  /** Listens on a new socket with this script. Resolves to its path. */
  listen(script?: PeerScript): Promise<string>;
  stop(): void;
}

export function startQmpPeers(): QmpPeers {
  const directory = mkdtempSync(join(tmpdir(), 'qmp-peer-'));
  const child = fork(join(import.meta.dirname, 'qmp-peer-process.ts'), { execArgv: ['--import', 'tsx'] });
  child.setMaxListeners(0);
  let sockets = 0;
  return {
    listen: (script = {}) =>
      new Promise((resolve, reject) => {
        const path = join(directory, `${sockets++}`);
        const done = (message: unknown): void => {
          if ((message as PeerOrder).path !== path) return;
          child.off('message', done);
          resolve(path);
        };
        child.on('message', done);
        child.once('exit', (code) => reject(new Error(`the QMP peer ended with ${code ?? 'a signal'}`)));
        child.send({ path, script } satisfies PeerOrder);
      }),
    stop: () => {
      child.disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
