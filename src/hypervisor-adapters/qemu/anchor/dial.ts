import { WindlassError } from '../../../errors.js';
import type { Connection } from '../../../effects/ports/sockets.js';
import type { Ports } from '../../../effects/ports.js';

/** Milliseconds. Between bind(2) and listen(2) QEMU's socket is there and refuses; nothing tells when that is over. */
const redial = 2;

/**
 * Dials a monitor of a QEMU that may still be starting: waits for its socket to be there, and dials until it answers. Rejects with the
 * signal's reason when that is aborted first, and as `SocketPort.connect` does for any failure but SOCKET_REFUSED.
 */
export async function dialMonitor(ports: Ports, directory: string, name: string, signal: AbortSignal): Promise<Connection> {
  await ports.files.waitForEntry(directory, name, signal);
  for (;;) {
    try {
      return await ports.sockets.connect(`${directory}/${name}`, signal);
    } catch (error) {
      if (!(error instanceof WindlassError) || error.code !== 'SOCKET_REFUSED') throw error;
      await ports.clock.sleep(redial, signal);
    }
  }
}
