/** What the actors of all domains share, handed to them by the engine. */
import { Subject } from 'rxjs';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { Claim } from '../hypervisor-adapters/contract/claim.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { AnchorPlan, PlanProblem, PlanRequest } from '../hypervisor-adapters/contract/plan.js';
import type { AnchorSession } from '../hypervisor-adapters/contract/session.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import type { DomainDocument } from '../documents/domain-spec.js';
import type { ExitFacts, ProcessIdentity } from '../effects/ports/processes.js';
import type { Ports } from '../effects/ports.js';
import type { Problem } from '../machines/domain/problem.js';
import type { DomainObservation, DomainEvent } from '../machines/domain/events.js';
import type { PlacementStatus } from '../status/status.js';
import type { RunDetails } from './run-details.js';
import type { Admission } from './admission.js';
import { createTurns, type Turns } from './turns.js';
import type { Claims } from '../anchors/claims.js';
import type { AnchorHome } from '../anchors/home.js';

/** A document as the engine keeps it: with its generation and the digest of all that an anchor is built from. */
export interface WantedDomain {
  readonly document: DomainDocument;
  readonly generation: number;
  readonly anchorKey: string;
}

/** A domain placed on a hypervisor. */
export interface PlacedDomain {
  readonly wanted: WantedDomain;
  readonly adapter: HypervisorAdapter;
  readonly layout: StateLayout;
  /** What the plan was made from. */
  readonly request: PlanRequest;
  readonly plan: AnchorPlan;
  readonly placement: PlacementStatus;
}

/** A guest that runs is placed only to weigh what it counts for: what the host lacks for a start is no matter then. */
export type PlacingPurpose = 'to start' | 'to weigh';

export type Placing = { readonly ok: true; readonly placed: PlacedDomain } | { readonly ok: false; readonly problems: readonly PlanProblem[]; readonly retryable: boolean };

/** Where a domain's state is, and who can talk to its anchor. */
export interface DomainHome extends AnchorHome {
  readonly adapter: HypervisorAdapter;
  readonly marker: string;
}

/** An anchor that this engine has started itself, so that the kernel tells how it ends. Neither rejects. */
export interface OwnChild {
  readonly exited: Promise<ExitFacts>;
  /** The same, once the domain is gone as well, where a hypervisor may run that on without the process. */
  readonly gone: Promise<ExitFacts>;
}

/** Live things of one domain: everything that is no JSON and so has no place in the machine's context. */
export interface DomainHandles {
  readonly name: string;
  /** What documents ask for now; undefined when none names the domain. */
  wanted: WantedDomain | undefined;
  /** What the next anchor will be built from. */
  placed: PlacedDomain | undefined;
  /** Of an adopted anchor too. */
  home: DomainHome | undefined;
  /** What the living anchor was built from. */
  built: RunDetails | undefined;
  session: AnchorSession | undefined;
  /** Set from the first launch on: the process that it has started, once it has; undefined where nothing was started. Never rejects. */
  launching: Promise<ProcessIdentity | undefined> | undefined;
  /** Undefined for an adopted anchor. */
  child: OwnChild | undefined;
  /** Writes to the record of the living anchor that are under way. Never rejects; the end of the run is written after them. */
  recording: Promise<void>;
  /** Taking and giving back devices of the host: one after the other, also where nobody waits for the first any more. */
  readonly deviceTurns: Turns;
  /** The present anchor is about to be moved into its cgroup. Never rejects. */
  placing: Promise<void>;
  /** Path of the present anchor's own cgroup; undefined where it has none. */
  cgroup: string | undefined;
  /** Processes that the kernel had killed for want of memory when the anchor began, or was adopted. */
  oomsBefore: number | undefined;
  /** The readiness probe of the present run has held: from now on the liveness checks count. */
  ready: boolean;
  /** `wanted` or `ready` changed. */
  readonly changed: Subject<void>;
  /** Aborted when the present run is over: what still watches it falls silent. */
  run: AbortController;
  /** All that is seen of the domain, tagged with its incarnation; the machine's watch listens. */
  readonly seen: Subject<DomainObservation>;
}

/** Devices that were to be given back to the host and are not yet, why, and when what is done about that is over. */
export interface NotGivenBack {
  readonly claims: readonly Claim[];
  readonly problem: Problem;
  /** Never rejects. */
  readonly underWay: Promise<void>;
}

export interface DomainWorld {
  readonly ports: Ports;
  readonly root: string;
  readonly adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>;
  readonly admission: Admission;
  readonly claims: Claims;
  /** Effects that have not settled, of states that were left too. None rejects. */
  readonly underWay: Set<Promise<void>>;
  handles(name: string): DomainHandles;
  place(wanted: WantedDomain, purpose: PlacingPurpose): Promise<Placing>;
  /** Has those looked at that hold claims and are supervised by nobody. */
  lookForHolders(): Promise<void>;
  /** The domain lets go of devices that the host has not taken back yet: it is told so, and they are given back without it. */
  leaveDevices(name: string, left: NotGivenBack): void;
  /** Says something to the domain's machine. */
  tell(name: string, event: DomainEvent): void;
}

export function createHandles(name: string): DomainHandles {
  return {
    name,
    wanted: undefined,
    placed: undefined,
    home: undefined,
    built: undefined,
    session: undefined,
    launching: undefined,
    recording: Promise.resolve(),
    deviceTurns: createTurns(),
    placing: Promise.resolve(),
    child: undefined,
    cgroup: undefined,
    oomsBefore: undefined,
    ready: false,
    changed: new Subject(),
    run: new AbortController(),
    seen: new Subject(),
  };
}

/** Names the cgroup of a domain's anchor: domains of one name on two hypervisors are two. */
export const cgroupName = (hypervisor: string, domain: string): string => `${hypervisor}.${domain}`;

export function becomeReady(handles: DomainHandles, ready: boolean): void {
  if (handles.ready === ready) return;
  handles.ready = ready;
  handles.changed.next();
}
