import type { Connection } from '../../../effects/ports/sockets.js';
import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';

/** Where libxl puts sockets, XEN_RUN_DIR of its build; absolute paths. */
const usualDirectories = ['/run/xen', '/var/run/xen'] as const;

/** Milliseconds: QEMU listens since before xl was done. */
const deadline = 5_000;

/**
 * Dials a monitor of the QEMU that xl has started for a domain: the one for statistics, since the other is libxl's own, which needs it when a
 * device is plugged. Rejects with XEN_MONITOR_ABSENT where there is none, with the signal's reason, and as
 * `SocketPort.connect` does.
 */
export async function dialMonitor({ sockets }: Pick<Ports, 'sockets'>, id: number, signal: AbortSignal, directories: readonly string[] = usualDirectories): Promise<Connection> {
  for (const directory of directories) {
    try {
      return await sockets.connect(`${directory}/qmp-libxenstat-${id}`, AbortSignal.any([signal, AbortSignal.timeout(deadline)]));
    } catch (error) {
      if (!(error instanceof WindlassError) || error.code !== 'SOCKET_ABSENT') throw error;
    }
  }
  throw new WindlassError('XEN_MONITOR_ABSENT', `no QEMU of domain ${id} has a monitor in ${directories.join(' or ')}`, { retryable: true });
}
