/** As much of QMP as saving and restoring a machine takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connected } from './socket.js';

/** The longest answer is that to `quit`. Milliseconds. */
const answerDeadline = 10_000;
/** Between two looks at a migration, or at what becomes of an incoming one: QMP has no event for their end that must not be asked for. */
const pause = 20;

export interface Monitor {
  /** Rejects with QEMU's own words when it refuses, and when it does not answer. */
  run(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Runs the query until its `status` is none of those; resolves to the status. */
  awaitStatus(query: string, passing: readonly string[], deadline: number): Promise<string>;
  close(): void;
}

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
}

export async function openMonitor(path: string): Promise<Monitor> {
  const socket = await connected(path);
  const waiting: ((answer: Answer) => void)[] = [];
  let buffered = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (buffered + text).split('\n');
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as Answer;
      if ('return' in message || 'error' in message) waiting.shift()?.(message);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const tell of waiting.splice(0)) tell({ error: { desc: 'QEMU is gone' } });
  });
  const run: Monitor['run'] = (command, args = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`QEMU has not answered ${command} after ${answerDeadline} ms`)), answerDeadline);
      waiting.push((answer) => {
        clearTimeout(timer);
        if (answer.error === undefined) resolve(answer.return);
        else reject(new Error(`${command}: ${answer.error.desc}`));
      });
      socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  await run('qmp_capabilities');
  return {
    run,
    awaitStatus: async (query, passing, deadline) => {
      const until = Date.now() + deadline;
      for (;;) {
        const { status = 'none' } = (await run(query)) as { status?: string };
        if (!passing.includes(status)) return status;
        if (Date.now() > until) throw new Error(`${query} still says ${status} after ${deadline} ms`);
        await sleep(pause);
      }
    },
    close: () => socket.destroy(),
  };
}
