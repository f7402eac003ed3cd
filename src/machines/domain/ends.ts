/**
 * Why a domain's run ended, and what its restart policy makes of it. Crash is not power-off is not edit.
 */
import type { AnchorExit, Observation, Rung } from '../observations.js';

/** Stable, documented in docs/status.md. */
export type EndCause =
  /** The document says `power: halted`. */
  | 'desired-halt'
  /** The document is gone. */
  | 'removed'
  /** The document asks for another device model. */
  | 'edited'
  | 'guest-power-off'
  | 'guest-reset'
  /** The guest rebooted, and its hypervisor makes a new domain of that: it goes on in another incarnation. */
  | 'guest-reboot'
  | 'panic'
  | 'watchdog'
  /** Its liveness checks failed, and its document says that it is to be restarted then. */
  | 'unresponsive'
  | 'internal-error'
  /** Somebody ended the VMM through another channel or with a polite signal. */
  | 'vmm-quit'
  | 'vmm-exit'
  | 'vmm-signal'
  /** The kernel killed the anchor for want of memory. */
  | 'oom-kill'
  /** The anchor is gone, and it was not our child: nobody saw how. */
  | 'vmm-gone'
  | 'plan-failed'
  | 'prepare-failed'
  | 'launch-failed'
  | 'launch-deadline'
  /** The engine ended while it launched: nobody's failure, and nothing of the guest ran. */
  | 'launch-interrupted'
  | 'connect-failed'
  | 'connect-deadline'
  | 'boot-failed'
  | 'boot-deadline'
  | 'ready-failed'
  | 'ready-deadline';

export interface DomainEnd {
  readonly cause: EndCause;
  readonly message: string;
  /** Generation of the document that ran. */
  readonly generation: number;
  readonly incarnation: number;
  readonly exit: AnchorExit | null;
  /** The rung that ended it; null where it ended by itself. */
  readonly rung: Rung | null;
  /** Directory of the evidence bundle, where one was kept. */
  readonly evidence: string | null;
  /** What else was seen after the first cause, in order. */
  readonly later: readonly string[];
}

export type Outcome = 'desired' | 'completed' | 'failed';

const outcomes: Partial<Record<EndCause, Outcome>> = {
  'desired-halt': 'desired',
  removed: 'desired',
  edited: 'desired',
  'launch-interrupted': 'desired',
  // A reboot is no end to those who use the guest: it starts again at once, under every policy.
  'guest-reboot': 'desired',
  'guest-power-off': 'completed',
};

/** `desired`: we wanted it, or caused it; `completed`: the guest wanted it; `failed`: nobody did. */
export function outcomeOf(cause: EndCause): Outcome {
  return outcomes[cause] ?? 'failed';
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** Does the policy start the same generation again after this end? */
export function restartsAfter(cause: EndCause, policy: RestartPolicy): boolean {
  switch (outcomeOf(cause)) {
    case 'desired':
      return true;
    case 'completed':
      return policy === 'Always';
    case 'failed':
      return policy !== 'Never';
  }
}

/**
 * What a shutdown that the hypervisor told of means. Source: QEMU's ShutdownCause; other adapters use the same words, and `guest-reboot`
 * where a guest that reboots needs another anchor.
 */
export function causeOfShutdown(event: Extract<Observation, { type: 'guest.shutdown' }>): EndCause {
  if (event.reason === 'guest-panic') return 'panic';
  if (event.reason === 'guest-reset' || event.reason === 'guest-reboot') return event.reason;
  return event.by === 'guest' ? 'guest-power-off' : 'vmm-quit';
}

/** What an exit means where nothing was seen before it. */
export function causeOfExit(exit: AnchorExit): { readonly cause: EndCause; readonly message: string } {
  if (exit.oom === 'anchor') return { cause: 'oom-kill', message: 'the kernel killed the anchor for want of memory' };
  if (exit.oom === 'somebody') return { cause: 'vmm-signal', message: `the anchor was ended by ${exit.signal ?? 'somebody'}; the kernel killed a process for want of memory meanwhile, and does not say which` };
  if (exit.signal !== null) return { cause: 'vmm-signal', message: `the anchor was ended by ${exit.signal}` };
  if (exit.code !== null) return { cause: 'vmm-exit', message: `the anchor exited with code ${exit.code}` };
  return { cause: 'vmm-gone', message: 'the anchor is gone' };
}
