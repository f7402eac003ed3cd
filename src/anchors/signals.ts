import type { Ports } from '../effects/ports.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import type { WindlassError } from '../errors.js';
import { goneAnchor } from './gone.js';
import type { AnchorHome } from './home.js';
import { observeAnchor } from './observe.js';

/** Milliseconds between two looks at an anchor of which it cannot be said whether it is there. */
const unknownPause = 250;

/** False when the anchor is not there any more. Rejects as `ProcessPort.signal` does. */
export async function signalAnchor(ports: Ports, identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
  return ports.processes.signal(identity, signal);
}

/**
 * Kills an anchor and resolves when it is confirmed absent, and with it whatever else the record of its state directory leads to: the
 * process of a launch that was interrupted, which has no identity yet, and the domain that its hypervisor runs without it. Rejects with the
 * signal's reason when that takes too long, as it does for a process that hangs in the kernel (state D); the SIGKILL stays pending there.
 * What the hypervisor says against it is told meanwhile.
 */
export async function killAnchor(
  ports: Ports,
  identity: ProcessIdentity | null,
  home: AnchorHome | undefined,
  signal: AbortSignal,
  onRefused: (why: WindlassError) => void,
): Promise<void> {
  if (identity !== null) await killed(ports, identity, signal);
  if (home === undefined) return;
  for (;;) {
    const finding = await observeAnchor(ports, home);
    if (finding.presence === 'absent') return;
    // The process first: it might take the domain's end for a wish to have it started again.
    if (finding.presence === 'present' && finding.identity !== null) await killed(ports, finding.identity, signal);
    if (finding.presence === 'present') await home.adapter?.domains?.destroy(ports, finding.record.marker, signal, onRefused);
    else await ports.clock.sleep(unknownPause, signal);
  }
}

async function killed(ports: Ports, identity: ProcessIdentity, signal: AbortSignal): Promise<void> {
  if (await ports.processes.signal(identity, 'SIGKILL')) await goneAnchor(ports, identity, signal);
}
