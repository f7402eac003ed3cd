/**
 * What was seen on the host, in words that every hypervisor shares. Adapters translate their protocol into these; the domain machine
 * decides what they mean. Observed is never mixed with desired.
 */

/** State of a guest's vCPUs, as the hypervisor tells it. */
export type RunState =
  /** The device model is complete, no vCPU has run. */
  | 'prelaunch'
  | 'running'
  /** Stopped by us or by an operator. */
  | 'paused'
  /** The guest is off; the VMM still lives. */
  | 'shutdown'
  /** Suspended by the guest (S3). */
  | 'suspended'
  /** Stopped for a disk that could not be written; goes on after `resume` once there is room. */
  | 'io-error'
  | 'internal-error'
  | 'guest-panicked'
  /** Stopped by the watchdog's pause action. */
  | 'watchdog'
  /** Saving, restoring or migrating: neither running nor paused by anybody's wish. */
  | 'transitional';

/** How a process ended; both null where it was not our child and nobody saw. */
export interface AnchorExit {
  readonly code: number | null;
  readonly signal: string | null;
  /**
   * Set where the kernel killed for want of memory: `anchor`, it names this process; `somebody`, it has killed a process meanwhile and
   * does not say which.
   */
  readonly oom?: 'anchor' | 'somebody';
}

/** One thing seen. The stream of an anchor begins with its present state and then tells changes. */
export type Observation =
  | { readonly type: 'guest.state'; readonly state: RunState }
  /** Memory that the guest may have now, in bytes. Told only where it can be changed under the guest. */
  | { readonly type: 'guest.memory'; readonly bytes: number }
  /** The guest, or somebody through the hypervisor, ended the run. `reason` is the hypervisor's own word. */
  | { readonly type: 'guest.shutdown'; readonly by: 'guest' | 'host'; readonly reason: string }
  | { readonly type: 'guest.reset'; readonly by: 'guest' | 'host'; readonly reason: string }
  /** The power button was pressed (by us or by an operator). */
  | { readonly type: 'guest.button' }
  | { readonly type: 'guest.panicked'; readonly info: string }
  | { readonly type: 'guest.watchdog'; readonly action: string }
  | { readonly type: 'guest.io-error'; readonly device: string; readonly reason: string }
  /** So many liveness checks in a row have failed that the guest counts as hung. */
  | { readonly type: 'guest.unresponsive'; readonly reason: string }
  | { readonly type: 'guest.responsive' }
  /** The channel does not answer within its deadline; the anchor may be well. */
  | { readonly type: 'channel.silent'; readonly forMilliseconds: number }
  | { readonly type: 'channel.answering' }
  /** The channel ended although the anchor is not known to be gone. */
  | { readonly type: 'channel.lost'; readonly reason: string }
  /** Confirmed: the anchor process is gone. */
  | { readonly type: 'anchor.exited'; readonly exit: AnchorExit };

/**
 * The rungs of the halting ladder, gentlest first; a plan has some of them. `ask` has somebody inside the guest shut it down, `press` is its
 * power button.
 */
export const rungs = ['ask', 'press', 'quit', 'terminate', 'kill'] as const;
export type Rung = (typeof rungs)[number];
