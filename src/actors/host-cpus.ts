import type { Ports } from '../effects/ports.js';
import { planError } from './plan-error.js';
import type { PlacedDomain } from './world.js';

/**
 * Since the plan was made, which may be long ago, the host may have lost a CPU that the domain is pinned to: the planner is asked again, with
 * those that there are now. Rejects with the problem that it has, or with the signal's reason.
 */
export async function assertCpus(ports: Ports, { adapter, request, wanted: { document } }: PlacedDomain, signal: AbortSignal): Promise<void> {
  if (document.spec.cpu.pinning.length === 0 || adapter.cpus === undefined) return;
  const now = adapter.plan({ ...request, cpus: await adapter.cpus(ports) });
  signal.throwIfAborted();
  // The plan that follows tells whether it is for good.
  if (!now.ok) throw planError(document.metadata.name, now.problems, true);
}
