import type { Ports } from '../effects/ports.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import type { Problem } from '../machines/domain/problem.js';

/** Milliseconds that a process may take to end after SIGKILL before it is asked why: it must give its memory back first. */
const patience = 250;

/**
 * Why a process that was sent SIGKILL is still there: it is in a state in which the kernel lets no signal through, mostly for a disk or a
 * device that does not answer. Undefined where it has ended meanwhile. Rejects with the signal's reason.
 */
export async function whyStillThere(ports: Ports, identity: ProcessIdentity, signal: AbortSignal): Promise<Problem | undefined> {
  await ports.clock.sleep(patience, signal);
  const usage = await ports.processes.usage(identity);
  signal.throwIfAborted();
  if (usage === undefined) return undefined;
  const why = usage.state === 'D' ? 'it waits in the kernel and takes no signal (state D)' : `its state is ${usage.state}`;
  return { reason: 'ANCHOR_UNKILLABLE', message: `process ${identity.pid} was sent SIGKILL and has not ended: ${why}; it keeps its resources`, retryable: true };
}
