import type { Connection } from '../../../effects/ports/sockets.js';
import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import { connectionOver } from '../channel/xenstore/device.js';
import { xenstoreError } from '../channel/xenstore/errors.js';

/** Dials a device of the kernel once; undefined when there is no such device. */
export type DialDevice = (path: string, signal: AbortSignal) => Promise<Connection | undefined>;

/**
 * One connection at a time: the kernel may keep whoever waits for a daemon that does not answer, so that the process of a connection that was
 * given up is still there. Another one would fare no better, and they would become many.
 */
export function dialDevices(sockets: Ports['sockets']): DialDevice {
  let released: Promise<void> = Promise.resolve();
  return async (path, signal) => {
    await heeding(released, signal);
    try {
      const device = await sockets.device(path, signal);
      released = device.released;
      return connectionOver(device);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WindlassError)) throw error;
      if (error.code === 'DEVICE_ABSENT') return undefined;
      throw xenstoreError('XENSTORE_UNREACHABLE', `xenstore cannot be reached through the kernel: ${error.message}`, { cause: error, cure: 'run the engine as root' });
    }
  };
}

/** Rejects with the signal's reason when that comes first. */
async function heeding(released: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let giveUp = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    await Promise.race([released, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
