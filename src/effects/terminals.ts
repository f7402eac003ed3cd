import { close, constants, open } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { Observable } from 'rxjs';
import { messageOf, WindlassError } from '../errors.js';
import { errnoOf } from './errno.js';
import type { Connection } from './ports/sockets.js';

/** Not the controlling terminal of this process, and no wait for a carrier. */
const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK;

/** `SocketPort.terminal`. */
export async function openTerminal(path: string): Promise<Connection> {
  // Each stream closes its own descriptor.
  const reading = await opened(path);
  let input: ReadStream;
  let output: WriteStream;
  try {
    input = new ReadStream(reading);
  } catch (cause) {
    await promisify(close)(reading);
    throw new WindlassError('TERMINAL_NONE', `${path} is no terminal`, { cause });
  }
  try {
    input.setRawMode(true);
    output = new WriteStream(await opened(path));
  } catch (error) {
    input.destroy();
    throw error;
  }
  const hangUp = (): void => {
    input.destroy();
    output.destroy();
  };
  // What is written to a terminal that has gone is lost; its end is told by the input.
  output.on('error', () => undefined);
  return {
    received: new Observable((subscriber) => {
      input.on('data', (bytes: Buffer) => subscriber.next(bytes));
      // EIO is how a pty says that its other end was closed.
      input.once('end', () => subscriber.complete()).once('error', () => subscriber.complete()).once('close', () => subscriber.complete());
      return hangUp;
    }),
    send: (bytes) => {
      if (!output.destroyed) output.write(bytes);
    },
    close: hangUp,
  };
}

async function opened(path: string): Promise<number> {
  try {
    return await promisify(open)(path, flags);
  } catch (cause) {
    const absent = ['ENOENT', 'ENXIO', 'EIO'].includes(errnoOf(cause) ?? '');
    throw new WindlassError(absent ? 'TERMINAL_ABSENT' : 'TERMINAL_FAILED', absent ? `there is no terminal ${path}` : `cannot open the terminal ${path}: ${messageOf(cause)}`, { cause });
  }
}
