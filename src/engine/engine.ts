import type { Observable } from 'rxjs';
import type { ParsedDocument } from '../documents/parse.js';
import type { DomainUsage } from '../hypervisor-adapters/contract.js';
import type { HypervisorFacts } from '../hypervisor-adapters/contract/facts.js';
import type { WindlassEvent } from '../status/events.js';
import type { NodeCondition } from '../status/node-conditions.js';
import type { DomainStatus } from '../status/status.js';
import type { StatusMessage } from '../status/store.js';
import type { PlanReport } from './changes.js';
import type { Orphan } from './orphans.js';

/** What `apply` changed. */
export interface Applied {
  readonly revision: number;
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** A running engine; one a state directory. `createEngine` makes it, `stop` or `await using` ends it. */
export interface Engine extends AsyncDisposable {
  readonly stateDirectory: string;
  /**
   * Makes these documents the desired state, whole: a domain that none of them names any more is halted and forgotten.
   * Resolves when the change is accepted, not when it is done: watch `status$` or `settled` for that. Rejects with PLAN_REFUSED, and
   * changes nothing, when a document asks for what its hypervisor does not serve.
   */
  apply(documents: readonly ParsedDocument[]): Promise<Applied>;
  /** What `apply` would do. Touches nothing. */
  plan(documents: readonly ParsedDocument[]): Promise<PlanReport>;
  get(name: string): DomainStatus | undefined;
  /** CPU time and memory that a domain has taken, asked now; undefined where none of that name lives, or nobody can tell. */
  usage(name: string): Promise<DomainUsage | undefined>;
  list(): readonly DomainStatus[];
  /** A snapshot of all domains first, then each event with the status after it. */
  readonly status$: Observable<StatusMessage>;
  /**
   * Events after a sequence number (0: all that are kept), from memory or the journal, then each new one as soon as the journal has it:
   * so that a reader who goes on after the last number it saw misses none and gets none twice, also when the engine has crashed in between.
   * `status$` is quicker by a few milliseconds. Throws EVENTS_FORGOTTEN where the next event is no longer kept, or the number was never
   * given out.
   */
  events(options?: { readonly since?: number }): AsyncIterable<WindlassEvent>;
  /**
   * Resolves when every domain is as desired, or has failed for good; true in the first case. Rejects with the signal's reason.
   */
  settled(options?: { readonly signal?: AbortSignal }): Promise<boolean>;
  /** Tries again now: a failed or completed domain starts, a backoff ends. */
  retry(name: string): void;
  /** State that an earlier engine left and no document names: empty until the first `apply`. */
  orphans(): readonly Orphan[];
  /** What stands in the way of the engine itself, such as a disk that takes no journal any more. */
  conditions(): readonly NodeCondition[];
  /** Halts and forgets domains, orphans among them; resolves when they are gone. */
  remove(names: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** What each hypervisor can do on this host, and what would mend what it can't. */
  probe(): Promise<readonly HypervisorFacts[]>;
  /** Ends the engine. Guests are left running for the next engine, or halted by their ladders first. */
  stop(options?: { readonly guests?: 'leave' | 'halt' }): Promise<void>;
}
