import { readFileSync } from 'node:fs';
import { WindlassError } from '../errors.js';

let known: string | undefined;

/** Changes with every boot of the host, never while we live. Throws HOST_UNSUPPORTED where there is no Linux /proc. */
export function bootId(): string {
  try {
    known ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return known;
  } catch (cause) {
    throw new WindlassError('HOST_UNSUPPORTED', 'this host has no Linux /proc, which Windlass needs to tell processes apart', {
      cause,
      cure: 'run the engine on Linux, with /proc mounted',
    });
  }
}
