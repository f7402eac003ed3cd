/** The host's side of the exec channel: requests go out, and their replies come back by id. */
import { connected } from '../machine/socket.js';
import type { Reply, Request } from './messages.js';

/** Characters of output that are kept of one command, of each stream: its last ones. */
const keptOutput = 4 * 1024 * 1024;
const partSize = 512 * 1024;
/** Generous: an emulated machine on a busy host takes ten times what it takes on an idle one. Milliseconds. */
const usualDeadline = 180_000;
const putDeadline = 60_000;

export interface ExecOptions {
  /** Inside. Default `/project`. */
  readonly cwd?: string;
  /** Beside the machine's own. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Milliseconds, then the command's process group is killed and the promise rejects. Default three minutes. */
  readonly timeout?: number;
  /** Ends the command with SIGTERM; how it ended is told as ever. */
  readonly signal?: AbortSignal;
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
}

export interface ExecResult {
  /** Exit code, or 128 and the signal's number, as a shell tells it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Channel {
  /** Resolves when the agent answers. */
  readonly ping: (deadline: number) => Promise<void>;
  /** Rejects when there is no such command, on a timeout, and when the machine is gone. */
  readonly exec: (argv: readonly string[], options?: ExecOptions) => Promise<ExecResult>;
  readonly put: (path: string, contents: Buffer | string, mode?: number) => Promise<void>;
  readonly close: () => void;
}

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15 };

/** Connects to the socket of the machine's port, which may not be there yet. */
export async function openChannel(path: string): Promise<Channel> {
  const socket = await connected(path);
  const waiting = new Map<number, (reply: Reply) => void>();
  let lastId = 0;
  let buffered = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (buffered + text).split('\n');
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      const reply = JSON.parse(line) as Reply;
      waiting.get(reply.id)?.(reply);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const [id, tell] of waiting) tell({ id, event: 'failed', message: 'the machine is gone' });
  });
  const send = (request: Request): void => void socket.write(`${JSON.stringify(request)}\n`);

  /** Resolves at the first reply for which `last` holds; rejects with a failure, or after the deadline. */
  const converse = (first: (id: number) => Request, what: string, deadline: number, last: (reply: Reply) => boolean, late?: (id: number) => void): Promise<Reply> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        late?.(id);
        settle(() => reject(new Error(`${what} has not ended after ${deadline} ms`)));
      }, deadline);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        waiting.delete(id);
        act();
      };
      waiting.set(id, (reply) => {
        if (reply.event === 'failed') settle(() => reject(new Error(`${what}: ${reply.message}`)));
        else if (last(reply)) settle(() => resolve(reply));
      });
      if (socket.destroyed) settle(() => reject(new Error(`${what}: the machine is gone`)));
      else send(first(id));
    });
  };
  const done = (reply: Reply): boolean => reply.event === 'done';

  return {
    ping: async (deadline) => {
      await converse((id) => ({ id, op: 'ping' }), 'a greeting to the machine', deadline, done);
    },
    exec: async (argv, options = {}) => {
      options.signal?.throwIfAborted();
      const output = { stdout: '', stderr: '' };
      const tellers = { stdout: options.onStdout, stderr: options.onStderr };
      const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
      const ended = (reply: Reply): boolean => {
        if (reply.event === 'stdout' || reply.event === 'stderr') {
          const text = decoders[reply.event].decode(Buffer.from(reply.data, 'base64'), { stream: true });
          output[reply.event] = (output[reply.event] + text).slice(-keptOutput);
          tellers[reply.event]?.(text);
        }
        return reply.event === 'exit';
      };
      let started = 0;
      const first = (id: number): Request => {
        started = id;
        return { id, op: 'exec', argv, cwd: options.cwd ?? '/project', env: options.env ?? {}, stdin: Buffer.from(options.stdin ?? '').toString('base64') };
      };
      const kill = (id: number): void => send({ id, op: 'signal', signal: 'SIGKILL' });
      const stop = (): void => send({ id: started, op: 'signal', signal: 'SIGTERM' });
      options.signal?.addEventListener('abort', stop, { once: true });
      try {
        const reply = await converse(first, argv.join(' '), options.timeout ?? usualDeadline, ended, kill).catch((error: unknown) => {
          throw new Error(`${error instanceof Error ? error.message : String(error)}\n${output.stdout}${output.stderr}`, { cause: error });
        });
        return { code: reply.event === 'exit' ? (reply.code ?? 128 + (signalNumbers[reply.signal ?? ''] ?? 0)) : 0, ...output };
      } finally {
        options.signal?.removeEventListener('abort', stop);
      }
    },
    put: async (path, contents, mode = 0o644) => {
      const bytes = Buffer.from(contents);
      for (let from = 0; from === 0 || from < bytes.length; from += partSize) {
        const data = bytes.subarray(from, from + partSize).toString('base64');
        await converse((id) => ({ id, op: 'put', path, mode, data, append: from > 0 }), `writing ${path}`, putDeadline, done);
      }
    },
    close: () => socket.destroy(),
  };
}
