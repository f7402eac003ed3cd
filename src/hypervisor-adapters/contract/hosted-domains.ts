import type { Ports } from '../../effects/ports.js';
import type { Presence } from '../../effects/ports/processes.js';
import type { WindlassError } from '../../errors.js';

/**
 * The domains that a hypervisor runs by itself, known by the markers of their recipes. Such a domain outlives its anchor process: it holds
 * its disks without one, and must not be started a second time.
 */
export interface HostedDomains {
  /** Unknown where the hypervisor does not answer in time. Never rejects. */
  presence(ports: Ports, marker: string): Promise<Presence>;
  /**
   * Resolves when the domain is confirmed absent; rejects with the signal's reason before. Can be called again at any time. What the
   * hypervisor says against it is told each time, and tried again.
   */
  destroy(ports: Ports, marker: string, signal: AbortSignal, onRefused: (why: WindlassError) => void): Promise<void>;
}
