import type { Connection } from '../../../effects/ports/sockets.js';
import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import { xenstoreError } from '../channel/xenstore/errors.js';
import { dialDevices } from './dial-device.js';

/** Where xenstore may be found. All absolute paths, in order of preference. */
export interface XenstorePlaces {
  readonly sockets: readonly string[];
  /** The kernel's way to the store: for a guest, and for the control domain of a host whose daemon runs in a domain of its own. */
  readonly devices: readonly string[];
}

const usualPlaces: XenstorePlaces = {
  sockets: ['/run/xenstored/socket', '/var/run/xenstored/socket'],
  devices: ['/dev/xen/xenbus', '/proc/xen/xenbus'],
};

/**
 * How `openXenstore` reaches the daemon of this host: each call dials once. It rejects with XENSTORE_UNREACHABLE and what would mend it, or
 * with the signal's reason. The kernel's device is taken only where there is no socket: it is the longer way, through a process of its own.
 */
export function dialXenstore(ports: DialPorts, places: XenstorePlaces = usualPlaces): (signal: AbortSignal) => Promise<Connection> {
  const dialDevice = dialDevices(ports.sockets);
  return async (signal) => {
    for (const path of places.sockets) {
      const connection = await dialSocket(ports, path, signal);
      if (connection !== undefined) return connection;
    }
    for (const path of places.devices) {
      const connection = await dialDevice(path, signal);
      if (connection !== undefined) return connection;
    }
    throw nowhere(places);
  };
}

type DialPorts = Pick<Ports, 'sockets' | 'clock'>;

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

function nowhere({ sockets, devices }: XenstorePlaces): WindlassError {
  return xenstoreError('XENSTORE_UNREACHABLE', `there is no xenstore here: none of ${[...sockets, ...devices].join(', ')} exists`, {
    cure: 'boot the host under Xen, and start the xenstore daemon (service xen start)',
  });
}
