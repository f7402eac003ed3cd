import type { Ports } from '../effects/ports.js';
import type { ProcessIdentity } from '../effects/ports/processes.js';
import type { AnchorHome } from './home.js';

/** Milliseconds between looks: at once and often, since a closed channel mostly means a process that is just ending; then seldom. */
const firstPause = 1;
const longestPause = 100;

/**
 * Resolves when a process that is not our child is confirmed absent; rejects with the signal's reason when aborted.
 *
 * It polls, because Node has no pidfd, and no event tells the end of a stranger: each look is 10 µs. Use it only where something else
 * (the end of the API channel, a signal that was sent) says that an end is near; our own children tell their end by `exited`.
 */
export async function goneAnchor(ports: Ports, identity: ProcessIdentity, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let pause = firstPause; (await ports.processes.presence(identity)) !== 'absent'; pause = Math.min(2 * pause, longestPause)) {
    await ports.clock.sleep(pause, signal);
  }
}

/** Milliseconds between two questions to a hypervisor: each may be a process. */
const firstQuestion = 250;
const longestQuestion = 5_000;

/** The same, and with it the domain that its hypervisor may run on without the process. */
export async function goneDomain(ports: Ports, identity: ProcessIdentity, { adapter, marker }: AnchorHome, signal: AbortSignal): Promise<void> {
  await goneAnchor(ports, identity, signal);
  if (adapter?.domains === undefined || marker === undefined) return;
  for (let pause = firstQuestion; (await adapter.domains.presence(ports, marker)) !== 'absent'; pause = Math.min(2 * pause, longestQuestion)) {
    await ports.clock.sleep(pause, signal);
  }
}
