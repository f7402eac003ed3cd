/**
 * Devices of the host that an engine had taken when it was killed: before it wrote down for whom, or after the anchor that had them was gone.
 * No anchor can hold them, and perhaps no document will ever name them again.
 */
import type { Logger } from 'pino';
import type { Claims } from '../anchors/claims.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { Discovered } from './orphans.js';

export interface ForgottenDevices {
  readonly ports: Ports;
  readonly root: string;
  readonly adapters: Iterable<HypervisorAdapter>;
  /** What earlier engines left; what may live has its claims already. */
  readonly discovered: Iterable<Discovered>;
  readonly claims: Pick<Claims, 'holders'>;
  readonly logger: Logger;
}

/** Before any domain is served. Never rejects: what could not be given back is logged, and is found again by the next engine. */
export async function giveBackForgottenDevices({ adapters, claims, discovered, logger, ports, root }: ForgottenDevices): Promise<void> {
  // What an unreadable record claims is unknown, and unknown is not free.
  const unreadable = new Set([...discovered].flatMap(({ hypervisor, run }) => (run === undefined ? [hypervisor] : [])));
  for (const adapter of adapters) {
    if (unreadable.has(adapter.name)) continue;
    try {
      const taken = (await adapter.takenDevices?.(ports, { root })) ?? [];
      await adapter.giveBackDevices?.(ports, taken.filter((claim) => claims.holders(claim).length === 0), { root });
    } catch (error) {
      logger.warn({ hypervisor: adapter.name, err: error }, 'devices that nobody holds could not be given back to the host');
    }
  }
}
