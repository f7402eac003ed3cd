import { connect as dial, type NetConnectOpts, type Socket } from 'node:net';
import { Observable } from 'rxjs';
import { messageOf, WindlassError } from '../errors.js';
import { openDevice } from './devices.js';
import { errnoOf } from './errno.js';
import type { Connection, SocketPort } from './ports/sockets.js';
import { openTerminal } from './terminals.js';

/** Bytes of a peer after which the loop is left to others for a turn: some milliseconds of work. libuv alone would read 2 MiB in one turn. */
const atOnce = 256 * 1024;

/** sun_path of unix(7) is 108 bytes with its final NUL. */
const longestPath = 107;

async function connect(path: string, signal: AbortSignal): Promise<Connection> {
  const length = Buffer.byteLength(path);
  if (length > longestPath) {
    throw new WindlassError('SOCKET_PATH_TOO_LONG', `the socket path ${path} is ${length} bytes long, the kernel takes ${longestPath}`, {
      cure: 'choose a shorter state directory or domain name',
    });
  }
  try {
    return connectionOver(await dialled({ path }, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    throw connectError(thrown, path);
  }
}

async function tcpReachable(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  try {
    (await dialled({ host, port }, signal)).destroy();
    return true;
  } catch {
    return false;
  }
}

/** A connected socket without listeners; rejects with the system's error or when aborted. */
function dialled(target: NetConnectOpts, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = dial(target);
    const settle = (outcome: () => void): void => {
      signal.removeEventListener('abort', abort);
      socket.off('connect', connected).off('error', failed);
      outcome();
    };
    const connected = (): void => settle(() => resolve(socket));
    const failed = (error: Error): void => settle(() => reject(error));
    const abort = (): void => {
      settle(() => reject(signal.reason as Error));
      socket.destroy();
    };
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', connected).once('error', failed);
  });
}

function connectError(cause: unknown, path: string): WindlassError {
  const errno = errnoOf(cause);
  if (errno === 'ENOENT') return new WindlassError('SOCKET_ABSENT', `there is no socket ${path}`, { cause, retryable: true });
  // EAGAIN: the listener's queue is full.
  if (errno === 'ECONNREFUSED' || errno === 'EAGAIN') {
    return new WindlassError('SOCKET_REFUSED', `nobody answers at ${path}`, { cause, retryable: true });
  }
  return new WindlassError('SOCKET_FAILED', `cannot connect to ${path}: ${messageOf(cause)}`, { cause });
}

function connectionOver(socket: Socket): Connection {
  let broken: Error | undefined;
  let taken = false;
  socket.on('error', (error) => {
    broken = error;
  });
  // Nobody listens yet. Without this Node would end its half as soon as the peer's end was read ahead, and lose what is buffered.
  socket.pause();

  const received = new Observable<Uint8Array>((subscriber) => {
    if (taken) {
      subscriber.error(new WindlassError('SOCKET_TAKEN', 'the bytes of a connection are for one subscriber, once'));
      return undefined;
    }
    taken = true;
    const end = (): void => {
      if (broken === undefined) subscriber.complete();
      else subscriber.error(new WindlassError('SOCKET_BROKEN', `the connection broke: ${broken.message}`, { cause: broken }));
    };
    if (socket.closed) {
      end();
      return undefined;
    }
    let given = 0;
    socket.on('data', (bytes: Buffer) => {
      subscriber.next(bytes);
      given += bytes.length;
      if (given < atOnce) return;
      given = 0;
      // What Node has read ahead, a chunk, waits in it; the rest, and whoever sends it, in the kernel.
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.once('end', () => {
      subscriber.complete();
    });
    socket.once('close', end);
    socket.resume();
    return () => socket.destroy();
  });

  return {
    received,
    send: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    close: () => socket.destroy(),
  };
}

export const hostSockets: SocketPort = { connect, terminal: openTerminal, device: openDevice, tcpReachable };
