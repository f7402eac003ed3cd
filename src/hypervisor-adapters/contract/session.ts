/** What can be asked of a living anchor, and what it takes to reach it. */
import type { Observable } from 'rxjs';
import type { ProcessIdentity } from '../../effects/ports/processes.js';
import type { Observation, RunState } from '../../machines/observations.js';
import type { StateLayout } from './state-layout.js';

export interface ConnectRequest {
  readonly layout: StateLayout;
  readonly identity: ProcessIdentity;
  /** Of the recipe that the anchor was launched from. */
  readonly marker: string;
  /** Deadline of one question on the channel, milliseconds; a channel silent for longer is told as `channel.silent`. */
  readonly silence: number;
  /** Aborted when the connect deadline has passed or nobody wants the channel any more. */
  readonly signal: AbortSignal;
}

/** A living anchor, as reached through its API channel. Every call has a deadline of its own and rejects with a `WindlassError`. */
export interface AnchorSession {
  /**
   * Present run state first, then everything seen, multicast to late subscribers with the latest `guest.state` first.
   * Completes when the channel has ended; never errors. `anchor.exited` is not told here: processes are watched by their launcher.
   */
  readonly observations: Observable<Observation>;
  /** The newest that `observations` told. */
  latestState(): RunState;
  /** Asks the hypervisor now. */
  runState(): Promise<RunState>;
  /**
   * Lets the vCPUs run for the first time, or again. Before the first time, and until the signal is aborted, it may wait for who is to serve the
   * guest, and rejects with a `field` where nobody does: then they were not let run.
   */
  release(signal: AbortSignal): Promise<void>;
  pause(): Promise<void>;
  /**
   * Has the guest put itself to sleep (suspend to RAM), which takes somebody inside it. Resolves once it sleeps, or has slept; `release` wakes it.
   * Rejects where it will not, or with the signal's reason, after which it may fall asleep all the same. A retryable rejection says that the
   * guest was not disturbed. To be asked once at a time: a guest that is about to sleep hears the second question when it wakes.
   */
  suspend(signal: AbortSignal): Promise<void>;
  /**
   * Sets the password that the domain's VNC server demands, and without which it lets nobody in; to be called before `release`, and again at
   * any time. Left out where no display is served with one.
   */
  setDisplayPassword?(password: string, signal: AbortSignal): Promise<void>;
  /**
   * Gives the guest so many bytes of memory, of those that its anchor was built for, as it runs. Resolves to the bytes that it holds then:
   * it gives back what it likes, and without a driver for that nothing. Left out where memory cannot be changed; where it can,
   * `guest.memory` is told.
   */
  resize?(bytes: number, signal: AbortSignal): Promise<number>;
  /**
   * Does the guest's agent answer? Resolves to true as soon as it does, to false once the signal is aborted or where it cannot be asked, and to
   * undefined where the anchor was started without a way to one, which says nothing about the guest. Left out where no anchor has one.
   */
  agentAnswers?(signal: AbortSignal): Promise<boolean | undefined>;
  /**
   * The gentle rungs; `terminate` and `kill` are signals and need no channel. `ask` has somebody inside the guest shut it down, and resolves when
   * that was said, whether it is heeded or not; a retryable rejection says that asking again may help. `press` is the power button.
   */
  ask(signal: AbortSignal): Promise<void>;
  press(): Promise<void>;
  quit(): Promise<void>;
  /** The last lines spoken on the channel, for the evidence bundle; secrets redacted. */
  transcript(): readonly string[];
  /** Lets go of the channel. The anchor lives on. */
  close(): void;
}
