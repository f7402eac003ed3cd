import type { Connection, Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import { xenstoreError } from '../channel/xenstore/errors.js';

/** Where xenstore may be found. All absolute paths, in order of preference. */
export interface XenstorePlaces {
  readonly sockets: readonly string[];
  /** The kernel's way to the store. They are only looked for, to tell what is missing. */
  readonly devices: readonly string[];
}

const usualPlaces: XenstorePlaces = {
  sockets: ['/run/xenstored/socket', '/var/run/xenstored/socket'],
  devices: ['/dev/xen/xenbus', '/proc/xen/xenbus'],
};

/**
 * How `openXenstore` reaches the daemon of this host: each call dials once. It rejects with XENSTORE_UNREACHABLE and what would mend it, or
 * with the signal's reason.
 *
 * The character device is not served. A read of it blocks until something comes, it cannot be polled through Node, and closing it does not
 * wake the read: each connection would cost a thread of Node's pool of four for good. Who has only the device is a guest, or the control
 * domain of a host whose daemon runs in a domain of its own.
 */
export function dialXenstore(ports: DialPorts, places: XenstorePlaces = usualPlaces): (signal: AbortSignal) => Promise<Connection> {
  return async (signal) => {
    for (const path of places.sockets) {
      const connection = await dialSocket(ports, path, signal);
      if (connection !== undefined) return connection;
    }
    throw await nowhere(ports, places);
  };
}

type DialPorts = Pick<Ports, 'sockets' | 'files' | 'clock'>;

/**
 * Milliseconds between two dials, doubled each time. Both daemons listen with a queue of one, so that two clients who come at once are too
 * many; nothing tells when there is room.
 */
const shortestPause = 2;
const longestPause = 64;

/** Undefined when there is no such socket. */
async function dialSocket({ sockets, clock }: DialPorts, path: string, signal: AbortSignal): Promise<Connection | undefined> {
  for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return await sockets.connect(path, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WindlassError)) throw error;
      if (error.code === 'SOCKET_ABSENT') return undefined;
      if (!queueFull(error)) throw unreachable(path, error);
    }
    await clock.sleep(pause, signal);
  }
}

function queueFull({ cause }: WindlassError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN';
}

function unreachable(path: string, cause: WindlassError): WindlassError {
  return xenstoreError('XENSTORE_UNREACHABLE', `xenstore cannot be reached at ${path}: ${cause.message}`, {
    cause,
    cure: cause.code === 'SOCKET_REFUSED' ? 'start the xenstore daemon (systemctl start xenstored, or service xen start)' : 'run the engine as root in the control domain',
  });
}

async function nowhere({ files }: Pick<Ports, 'files'>, { sockets, devices }: XenstorePlaces): Promise<WindlassError> {
  for (const device of devices) {
    const facts = await files.stat(device).catch(() => undefined);
    if (facts === undefined) continue;
    return xenstoreError('XENSTORE_UNREACHABLE', `xenstore is there only through the kernel (${device}), which is not served`, {
      cure: `run the engine in the domain whose xenstore daemon has a socket (${sockets.join(' or ')}), or start that daemon`,
    });
  }
  return xenstoreError('XENSTORE_UNREACHABLE', `there is no xenstore here: none of ${[...sockets, ...devices].join(', ')} exists`, {
    cure: 'boot the host under Xen, and start the xenstore daemon (service xen start)',
  });
}
