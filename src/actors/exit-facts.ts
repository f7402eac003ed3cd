/** What an exit alone does not say: was it the kernel, for want of memory? */
import type { ProcessIdentity } from '../effects/ports/processes.js';
import type { AnchorExit } from '../machines/observations.js';
import type { DomainHandles, DomainWorld } from './world.js';

/** Could the kernel have done it? Nobody saw, or SIGKILL. */
const suspicious = ({ code, signal }: AnchorExit): boolean => code === null && (signal === null || signal === 'SIGKILL');

/**
 * The exit, with the kernel's own word where it has one: the count of the anchor's cgroup, else the host's log. Without either, that the
 * host's count has grown while the anchor lived is all that can be said. Never rejects.
 */
export async function withOomFacts({ ports }: DomainWorld, handles: DomainHandles, { pid }: ProcessIdentity, exit: AnchorExit): Promise<AnchorExit> {
  if (!suspicious(exit)) return exit;
  const { cgroup, oomsBefore } = handles;
  if (cgroup !== undefined && ((await ports.cgroups.oomKills(cgroup)) ?? 0) > 0) return { ...exit, oom: 'anchor' };
  const now = ports.oom.count();
  if (now === undefined || oomsBefore === undefined || now <= oomsBefore) return exit;
  const named = ports.oom.hasKilled(pid);
  if (named === true) return { ...exit, oom: 'anchor' };
  // A kernel log that names others only: somebody else sent the signal. One that nobody may read leaves it open.
  return named === false || exit.signal === null ? exit : { ...exit, oom: 'somebody' };
}
