import { Subscription } from 'rxjs';
import { WindlassError } from '../../../errors.js';
import type { AnchorSession } from '../../contract/session.js';
import type { GuestAgent } from '../channel/agent/guest-agent.js';

type Session = Pick<AnchorSession, 'latestState' | 'observations'>;

/**
 * Has the guest's agent put it to sleep, and waits until QEMU tells that it sleeps: the agent sleeps by then and says nothing. Rejects as
 * `GuestAgent.suspend`, with QMP_CLOSED when the channel ends first, or with the signal's reason.
 */
export async function suspend(session: Session, agent: Pick<GuestAgent, 'suspend'>, signal: AbortSignal): Promise<void> {
  if (session.latestState() === 'suspended') return;
  signal.throwIfAborted();
  const over = new AbortController();
  const within = AbortSignal.any([signal, over.signal]);
  const asleep = untilAsleep(session, within);
  try {
    await Promise.race([asleep, agent.suspend(within).then(() => asleep)]);
  } finally {
    // Lets go of the agent's port.
    over.abort();
  }
}

function untilAsleep({ observations }: Session, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = new Subscription();
    const abort = (): void => {
      listening.unsubscribe();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    listening.add(
      observations.subscribe({
        next: (seen) => {
          if (seen.type === 'guest.state' && seen.state === 'suspended') resolve();
        },
        // Not as the channel's own, which may be asked again at once: the guest has heard, and would sleep twice.
        complete: () => reject(new WindlassError('QMP_CLOSED', 'the monitor went away before the guest slept')),
      }),
    );
  });
}
