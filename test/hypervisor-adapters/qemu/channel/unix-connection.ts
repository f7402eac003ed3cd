import { connect } from 'node:net';
import { Observable } from 'rxjs';
import type { ClockPort } from '../../../../src/effects/ports/clock.js';
import type { Connection } from '../../../../src/effects/ports/sockets.js';

/** A `Connection` on a unix socket, with nothing between the client under test and the kernel. */
export async function connectUnix(path: string): Promise<Connection> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return {
    received: new Observable((subscriber) => {
      socket.on('data', (chunk: Uint8Array) => subscriber.next(chunk));
      socket.once('error', (error) => subscriber.error(error));
      socket.once('close', () => subscriber.complete());
    }),
    send: (bytes) => void socket.write(bytes, () => undefined),
    close: () => void socket.destroy(),
  };
}

/** Dials every few milliseconds until somebody listens; for a QEMU that was just started. */
export async function dial(path: string, deadline = 10_000): Promise<Connection> {
  const until = Date.now() + deadline;
  for (;;) {
    try {
      return await connectUnix(path);
    } catch (error) {
      if (Date.now() > until) throw error;
      await clock.sleep(3);
    }
  }
}

export const clock: ClockPort = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const fail = (): void => {
        clearTimeout(timer);
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', fail);
        resolve();
      }, milliseconds);
      if (signal?.aborted === true) fail();
      signal?.addEventListener('abort', fail, { once: true });
    }),
};
