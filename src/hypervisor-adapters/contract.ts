/**
 * What an adapter is. One folder a hypervisor, the same five rooms in each:
 *
 * - `index`: the adapter object, and nothing else;
 * - `probe`: can this host run it, and what can it do;
 * - `render`: pure: spec + facts -> device model -> launch recipe;
 * - `channel`: the protocol: bytes in, typed messages out; no sockets of its own;
 * - `anchor`: launch, connect, and what can be asked of a living anchor, through ports.
 *
 * What passes between an adapter and the rest of the house is in `contract/`, an idea a file.
 */
import type { DomainDocument } from '../documents/domain-spec.js';
import type { Ports } from '../effects/ports.js';
import type { FilePort } from '../effects/ports/files.js';
import type { LaunchedProcess, ProcessIdentity } from '../effects/ports/processes.js';
import type { Claim } from './contract/claim.js';
import type { CpuSurvey } from './contract/cpu-survey.js';
import type { HypervisorFacts, ProbeWish } from './contract/facts.js';
import type { HostedDomains } from './contract/hosted-domains.js';
import type { HypervisorName } from './contract/hypervisor-name.js';
import type { PlanOutcome, PlanRequest } from './contract/plan.js';
import type { AnchorRecipe } from './contract/recipe.js';
import type { AnchorSession, ConnectRequest } from './contract/session.js';
import type { StateLayout } from './contract/state-layout.js';

export interface HypervisorAdapter {
  readonly name: HypervisorName;
  /** Left out where the anchor process is the domain, and nothing outlives it. */
  readonly domains?: HostedDomains;
  /** Never rejects for what is missing on the host: that is in the facts. The wish is for acceleration where none is given. */
  probe(ports: Ports, cacheDirectory: string, wish?: ProbeWish): Promise<HypervisorFacts>;
  /**
   * Bytes of memory that all domains together may have, where the hypervisor hands it out and not the kernel under this engine. Undefined
   * where it does not run. Left out where the kernel's word counts.
   */
  readonly capacity?: (ports: Ports) => Promise<number | undefined>;
  /** CPUs that domains can be pinned to, looked at anew: for a plan of a start, and again right before its launch. Never rejects. Left out where none can be pinned. */
  readonly cpus?: (ports: Ports) => Promise<CpuSurvey>;
  plan(request: PlanRequest): PlanOutcome;
  /** Pure. What differs between two specs, and can the anchor take it? */
  compare(running: DomainDocument, wanted: DomainDocument): ChangeVerdict;
  /**
   * Takes claimed devices of the host from their drivers, before the launch, and gives them back when no anchor can hold them any more.
   * Both can be called again at any time, with claims of any kind, and never at the same time for one domain. What is to be taken was judged
   * to be free a moment before; where taking fails, all of it is given back afterwards; where one cannot be given back, the others are. Left out where a hypervisor needs nothing of the sort.
   */
  takeDevices?(ports: Ports, claims: readonly Claim[], layout: StateLayout): Promise<void>;
  giveBackDevices?(ports: Ports, claims: readonly Claim[], layout: Pick<StateLayout, 'root'>): Promise<void>;
  /** Claims on what engines of this state directory have taken and not given back. Left out where nothing is taken. */
  takenDevices?(ports: Ports, layout: Pick<StateLayout, 'root'>): Promise<readonly Claim[]>;
  launch(ports: Ports, recipe: AnchorRecipe, layout: StateLayout): Promise<LaunchedProcess>;
  /** Logs of the run that was prepared last, and of no earlier one. Left out where the anchor's own is all there is. Rejects as `FilePort.stat` does. */
  readonly runLogs?: (files: Pick<FilePort, 'stat'>, layout: StateLayout) => Promise<readonly RunLog[]>;
  /** Pure. Does this line of the anchor's log complain? Left out where what went wrong is what was said last. */
  readonly complains?: (line: string) => boolean;
  /** Pure. What the end of the anchor's log says in words that a user can act on; undefined where its own have to do. */
  readonly explains?: (log: string) => string | undefined;
  /** A rejection with `neverRan` says that the launch was cut short and cannot be completed: what there is of the domain is ended then. */
  connect(ports: Ports, request: ConnectRequest): Promise<AnchorSession>;
  /** Undefined when it is gone, or nobody can tell. */
  usage(ports: Ports, anchor: { readonly identity: ProcessIdentity | null; readonly marker: string }): Promise<DomainUsage | undefined>;
}

/** Which spec changes an anchor takes while it runs. */
export interface ChangeVerdict {
  /** Fields that can be changed live. */
  readonly live: readonly string[];
  /** Fields that need a new anchor. */
  readonly restart: readonly string[];
}

/** What a domain has taken since its start. */
export interface DomainUsage {
  readonly cpuSeconds: number;
  /** Memory of the host that it holds now. */
  readonly memoryBytes: number;
  /** `anchor`: what the kernel says of the anchor process; `hypervisor`: what that says of the domain, whose anchor does none of its work. */
  readonly accountedBy: 'anchor' | 'hypervisor';
}

/** A log that somebody else than the anchor writes of its run. */
export interface RunLog {
  /** Under which its end is kept: a file name that no other log of the run has. */
  readonly name: string;
  readonly path: string;
}
