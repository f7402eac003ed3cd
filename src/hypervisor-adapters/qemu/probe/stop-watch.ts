import { filter, firstValueFrom } from 'rxjs';
import type { Ports } from '../../../effects/ports.js';
import { dialMonitor } from '../anchor/dial.js';
import { startQmp } from '../channel/client.js';

/** Milliseconds. */
const deadlines = { greeting: 1000, command: 1000 };

/**
 * The run state in which a throw-away QEMU stands still, as soon as it does: KVM stops a guest with `internal-error` and leaves its process there.
 * Undefined when QEMU has ended or could not be asked. Rejects never, and not before `signal` is aborted where no monitor shows up.
 */
export async function stoppedState(ports: Ports, directory: string, name: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const client = startQmp(await dialMonitor(ports, directory, name, signal), { clock: ports.clock, signal, deadlines });
    try {
      const stop = firstValueFrom(client.events.pipe(filter(({ event }) => event === 'STOP')), { defaultValue: undefined });
      const { status } = await client.execute('query-status');
      if (status !== 'running') return status;
      return (await stop) === undefined ? undefined : (await client.execute('query-status')).status;
    } finally {
      client.close();
    }
  } catch {
    return undefined;
  }
}
