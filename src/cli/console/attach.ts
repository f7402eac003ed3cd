/** Joins a terminal, or a pipe, to a console. */
import type { ReadStream } from 'node:tty';
import type { Readable, Writable } from 'node:stream';
import type { Connection } from '../../index.js';
import { Interrupted } from '../failures.js';

/** Ctrl-]: what telnet and virsh use, and what guests have no use for. */
const leave = 0x1d;

/** `left`: the user went; `closed`: the other side did. */
export type ConsoleEnd = 'left' | 'closed';

/**
 * Resolves when either side has ended; the terminal is then as it was before. In raw mode every other key, Ctrl-C among them, is the
 * guest's. Rejects with `Interrupted` when a signal ends it.
 */
export function attach(connection: Pick<Connection, 'received' | 'send' | 'close'>, input: Readable & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>, output: Writable): Promise<ConsoleEnd> {
  return new Promise((resolve, reject) => {
    const raw = input.isTTY === true;
    const finish = (settle: () => void): void => {
      if (raw) input.setRawMode?.(false);
      input.off('data', typed).off('end', left).pause();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted).off('SIGHUP', interrupted);
      subscription.unsubscribe();
      connection.close();
      settle();
    };
    const left = (): void => finish(() => resolve('left'));
    const closed = (): void => finish(() => resolve('closed'));
    const interrupted = (signal: NodeJS.Signals): void => finish(() => reject(new Interrupted(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM')));
    const typed = (chunk: Buffer): void => {
      const at = chunk.indexOf(leave);
      const bytes = at < 0 ? chunk : chunk.subarray(0, at);
      if (bytes.length > 0) connection.send(bytes);
      if (at >= 0) left();
    };
    if (raw) input.setRawMode?.(true);
    process.on('SIGINT', interrupted).on('SIGTERM', interrupted).on('SIGHUP', interrupted);
    // The peer may have ended already, and then tells so while `subscribe` is still running.
    const subscription = connection.received.subscribe({ next: (bytes) => void output.write(bytes), complete: () => queueMicrotask(closed), error: () => queueMicrotask(closed) });
    input.on('data', typed).on('end', left).resume();
  });
}
