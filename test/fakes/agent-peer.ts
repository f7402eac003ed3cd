import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the peer departs from what qemu-ga does. Texts are sent as they are, in Latin-1; `$id` becomes the number to repeat. */
export interface AgentScript {
  /** Instead of the number, behind its sentinel. Several are writes of their own. */
  readonly sync?: readonly string[];
  /** Instead of silence, which is consent. */
  readonly shutdown?: readonly string[];
  /** Likewise, of a guest that is to sleep. */
  readonly suspend?: readonly string[];
  /** Sent as soon as somebody connects. */
  readonly atOnce?: string;
  /** So many bytes without an end. */
  readonly flood?: number;
  /** Hangs up on whoever connects. */
  readonly hangUp?: true;
}

export type AgentOrder = { readonly listen: string; readonly script: AgentScript } | { readonly tell: string };

/** What the process says: who listens now, or what was heard at a socket. */
export interface AgentNews {
  readonly path: string;
  readonly heard: string | undefined;
}

/** A separate process that speaks as guest agents do, on unix sockets that stand for their ports. */
export interface AgentPeers {
  /** Listens on a new socket with this script. Resolves to its path. */
  listen(script?: AgentScript): Promise<string>;
  /** All that was said at a socket so far, in Latin-1. */
  heardAt(path: string): Promise<string>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): void;
}

export function startAgentPeers(): AgentPeers {
  const directory = mkdtempSync(join(tmpdir(), 'agent-peer-'));
  const child = fork(join(import.meta.dirname, 'agent-peer-process.ts'), { execArgv: ['--import', 'tsx'] });
  child.setMaxListeners(0);
  let sockets = 0;
  const answer = (order: AgentOrder, path: string): Promise<AgentNews> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the agents' peer ended with ${code ?? 'a signal'}`));
      const told = (news: unknown): void => {
        if ((news as AgentNews).path !== path) return;
        child.off('message', told);
        child.off('exit', ended);
        resolve(news as AgentNews);
      };
      child.on('message', told).once('exit', ended);
      child.send(order);
    });
  return {
    listen: async (script = {}) => {
      const path = join(directory, `${sockets++}`);
      await answer({ listen: path, script }, path);
      return path;
    },
    heardAt: async (path) => (await answer({ tell: path }, path)).heard ?? '',
    signal: (signal) => void child.kill(signal),
    stop: () => {
      child.disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
