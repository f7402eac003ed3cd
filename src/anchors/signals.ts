import type { Ports, ProcessIdentity } from '../effects/ports.js';
import type { StateLayout } from '../hypervisor-adapters/contract.js';
import { goneAnchor } from './gone.js';
import { observeAnchor } from './observe.js';

/** Milliseconds between two looks at an anchor of which it cannot be said whether it is there. */
const unknownPause = 250;

/** False when the anchor is not there any more. Rejects as `ProcessPort.signal` does. */
export async function signalAnchor(ports: Ports, identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
  return ports.processes.signal(identity, signal);
}

/**
 * Kills an anchor and resolves when it is confirmed absent, and with it whatever else the record of its state directory leads to: the
 * process of a launch that was interrupted has no identity yet. Rejects with the signal's reason when that takes too long, as it does
 * for a process that hangs in the kernel (state D); the SIGKILL stays pending there.
 */
export async function killAnchor(ports: Ports, identity: ProcessIdentity | null, layout: StateLayout | undefined, signal: AbortSignal): Promise<void> {
  if (identity !== null) await killed(ports, identity, signal);
  if (layout === undefined) return;
  for (;;) {
    const finding = await observeAnchor(ports, layout);
    if (finding.presence === 'absent') return;
    if (finding.presence === 'present') await killed(ports, finding.identity, signal);
    else await ports.clock.sleep(unknownPause, signal);
  }
}

async function killed(ports: Ports, identity: ProcessIdentity, signal: AbortSignal): Promise<void> {
  if (await ports.processes.signal(identity, 'SIGKILL')) await goneAnchor(ports, identity, signal);
}
