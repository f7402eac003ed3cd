/** The real host, with faults at our own edge that can be called for: channels that end in mid-message, a clock that jumps, a disk that is full. */
import { basename, dirname } from 'node:path';
import { Observable } from 'rxjs';
import { WindlassError } from '../../src/errors.js';
import type { Connection } from '../../src/effects/ports/sockets.js';
import type { FilePort } from '../../src/effects/ports/files.js';
import type { Ports } from '../../src/effects/ports.js';

export interface FaultyPorts {
  readonly ports: Ports;
  /** Ends the domain's channel in the middle of the next message. */
  cut(domain: string, way: 'in' | 'out'): void;
  moveClock(offset: number): void;
  fill(full: boolean): void;
}

export function createFaultyPorts(real: Ports, onCut: (domain: string) => void): FaultyPorts {
  const cuts = new Map<string, 'in' | 'out'>();
  let offset = 0;
  let full = false;
  const due = (domain: string, way: 'in' | 'out'): boolean => {
    if (cuts.get(domain) !== way) return false;
    cuts.delete(domain);
    onCut(domain);
    return true;
  };
  const room = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (full) throw new WindlassError('FILE_NO_SPACE', 'the disk is full (injected)', { retryable: true });
    return work();
  };
  const files: FilePort = {
    ...real.files,
    ensureDirectory: (path, mode) => room(() => real.files.ensureDirectory(path, mode)),
    ensureStateRoot: (path) => room(() => real.files.ensureStateRoot(path)),
    writeAtomic: (path, content, mode, options) => room(() => real.files.writeAtomic(path, content, mode, options)),
    copyIfAbsent: (from, to, mode) => room(() => real.files.copyIfAbsent(from, to, mode)),
  };
  return {
    ports: {
      ...real,
      files,
      growing: {
        ...real.growing,
        append: async (path, mode) => {
          const file = await room(() => real.growing.append(path, mode));
          return { ...file, append: (bytes) => room(() => file.append(bytes)) };
        },
      },
      clock: { now: () => real.clock.now() + offset, sleep: (milliseconds, signal) => real.clock.sleep(milliseconds, signal) },
      sockets: { ...real.sockets, connect: async (path, signal) => breakable(await real.sockets.connect(path, signal), (way) => due(basename(dirname(path)), way)) },
    },
    cut: (domain, way) => void cuts.set(domain, way),
    moveClock: (to) => void (offset = to),
    fill: (to) => void (full = to),
  };
}

function breakable(connection: Connection, isDue: (way: 'in' | 'out') => boolean): Connection {
  return {
    received: new Observable((subscriber) =>
      connection.received.subscribe({
        next: (bytes) => {
          if (!isDue('in')) {
            subscriber.next(bytes);
            return;
          }
          subscriber.next(bytes.subarray(0, Math.ceil(bytes.length / 2)));
          subscriber.error(new WindlassError('SOCKET_BROKEN', 'the connection broke (injected)'));
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    ),
    send: (bytes) => {
      if (!isDue('out')) {
        connection.send(bytes);
        return;
      }
      const whole = Buffer.from(bytes);
      connection.send(whole.subarray(0, Math.ceil(whole.length / 2)));
      // After the half has left.
      setImmediate(() => connection.close());
    },
    close: () => connection.close(),
  };
}
