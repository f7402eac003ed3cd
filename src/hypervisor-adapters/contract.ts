/**
 * What an adapter is. One folder a hypervisor, the same five rooms in each:
 *
 * - `index`: the adapter object, and nothing else;
 * - `probe`: can this host run it, and what can it do;
 * - `render`: pure: spec + facts -> device model -> launch recipe;
 * - `channel`: the protocol: bytes in, typed messages out; no sockets of its own;
 * - `anchor`: launch, connect, and what can be asked of a living anchor, through ports.
 */
import type { Observable } from 'rxjs';
import type { DeviceModel } from '../device-model/model.js';
import type { DomainDocument } from '../documents/domain-spec.js';
import type { PciSurvey } from '../effects/ports/pci.js';
import type { FileFacts, FilePort } from '../effects/ports/files.js';
import type { HostFacts } from '../effects/ports/host.js';
import type { LaunchedProcess, Presence, ProcessIdentity } from '../effects/ports/processes.js';
import type { Ports } from '../effects/ports.js';
import type { WindlassError } from '../errors.js';
import type { Observation, Rung, RunState } from '../machines/observations.js';

export type HypervisorName = 'qemu' | 'xen' | 'firecracker' | 'acrn' | 'solo5' | 'process';

/** What a probe found. JSON only: it is cached by `fingerprint` and printed by `windlass doctor`. */
export interface HypervisorFacts {
  readonly hypervisor: HypervisorName;
  readonly usable: boolean;
  /** Why not usable, or a remark; and what mends it. */
  readonly reason?: string;
  readonly cure?: string;
  /** Not usable, and that stays so until the host is booted anew: nobody need ask again. */
  readonly untilReboot?: true;
  readonly version?: string;
  /** Absolute path of the VMM or tool. */
  readonly executable?: string;
  readonly acceleration: { readonly usable: boolean; readonly name: string; readonly reason: string };
  /** Machine types, device drivers and other named abilities, as the hypervisor names them. */
  readonly machines: readonly string[];
  readonly devices: readonly string[];
  /** Host kernel back ends that can be opened by this engine: `vhost-net`, `vhost-vsock`, `vhost-scsi`, `tun`, `vfio-pci`. */
  readonly kernelBackEnds: readonly string[];
  /** UEFI firmware on this host, best first. Left out where the hypervisor needs none of the host's. */
  readonly firmware?: readonly FirmwareFacts[];
  /** What lies where UEFI firmware is looked for, and is none for this hypervisor. */
  readonly refusedFirmware?: readonly RefusedFirmware[];
}

/** A UEFI firmware, as its package describes it. */
export interface FirmwareFacts {
  /** Absolute path of the code, which all domains share. */
  readonly code: string;
  /** Absolute path of the template of its variables, of which each domain gets a copy. */
  readonly variables: string;
  /** Machine types that it is for, with `*` for any end: `pc-q35-*`. */
  readonly machines: readonly string[];
  /** Does it start signed code only, with the usual keys enrolled? */
  readonly secureBoot: boolean;
  /** Does it need system management mode? */
  readonly needsSmm: boolean;
}

export interface RefusedFirmware {
  /** Absolute. */
  readonly path: string;
  readonly reason: string;
  readonly cure?: string;
}

/** CPUs of the host by their numbers, as the hypervisor has them that schedules them; or why they cannot be told. */
export type CpuSurvey =
  | {
      /** None has a higher number, online or not, until the host is booted anew. */
      readonly highest: number;
      /** Those that a new domain can run on now, ascending. */
      readonly usable: readonly number[];
    }
  | { readonly unknown: string };

/** What a probe should find out. A probe answers from its cache where nothing has changed since. */
export interface ProbeWish {
  /** Find out whether acceleration truly works, which may take seconds; otherwise the facts call it unusable for not having been tested. */
  readonly acceleration: boolean;
  /** Another VMM than the one on PATH, such as `spec.qemu.binary`. */
  readonly executable?: string;
  /** Another program that serves the devices of guests than the hypervisor's own: `spec.xen.deviceModel`. */
  readonly deviceModel?: string;
  /** Test again, whatever the cache says. */
  readonly fresh?: boolean;
}

/** A mistake or an unserved wish, found before anything is touched. */
export interface PlanProblem {
  /** `spec.disks[0].bus` */
  readonly field: string;
  /** Stable code such as PLAN_FIELD_UNSERVED; documented in docs/errors.md. */
  readonly code: string;
  readonly message: string;
  readonly cure?: string;
  /** The host's owner can mend it with the document as it is, and it is tried again. */
  readonly retryable?: boolean;
}

/** Paths of one domain's state, under `<root>/<hypervisor>/<domain>/`. Adapters put their sockets beside them. */
export interface StateLayout {
  readonly root: string;
  readonly directory: string;
  /** The anchor's pid in decimal. */
  readonly pid: string;
  /** Serial console: a unix socket, or a link to a terminal. */
  readonly cons: string;
  readonly consoleLog: string;
  /** Holds the number of bytes in `consoleLog` that are of earlier runs; not there where each run begins the log anew. */
  readonly consoleStart: string;
  /** stdout and stderr of the anchor. */
  readonly anchorLog: string;
  /** Identity record (JSON). */
  readonly record: string;
}

/** What a domain holds alone, or shares, while its anchor may live. */
export interface Claim {
  readonly kind: 'image' | 'host-port' | 'tap' | 'vsock-cid' | 'vnc-display' | 'pci' | 'usb';
  readonly id: string;
  readonly mode: 'exclusive' | 'shared';
  readonly field: string;
}

export interface RecipeFile {
  readonly path: string;
  readonly content: string;
  /** Of the content, where that is not the text of the file itself. */
  readonly encoding?: 'base64';
  readonly mode: number;
}

/** Everything needed to start an anchor; data only. */
export interface AnchorRecipe {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** An argument that only this domain's anchor carries, to find one whose launch was interrupted. */
  readonly marker: string;
  /** Files to write before the launch, inside the state directory. */
  readonly files: readonly RecipeFile[];
  /** Files to copy once, if absent (firmware variables). */
  readonly copies: readonly { readonly from: string; readonly to: string; readonly mode: number }[];
  /** Paths that must exist before the launch, with the field that names them. */
  readonly requires: readonly { readonly path: string; readonly field: string; readonly writable: boolean }[];
  /** Leftovers of an earlier anchor that would mislead: sockets, pid file. Removed before the launch and after the end. */
  readonly transient: readonly string[];
  readonly user?: string | number;
}

/** The answer of a planner for one domain on one hypervisor. */
export interface AnchorPlan {
  readonly hypervisor: HypervisorName;
  readonly accelerator: string;
  readonly deviceModel: DeviceModel;
  /** Guest memory plus the overhead of its VMM, in bytes. */
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly claims: readonly Claim[];
  /** The rungs that this anchor answers to, gentlest first; `kill` is always the last. */
  readonly ladder: readonly Rung[];
  /** Wishes of the document that are not granted and are no reason to refuse it, since most have them by default. Left out: none. */
  readonly withoutEffect?: readonly { readonly field: string; readonly why: string }[];
  readonly recipe: AnchorRecipe;
}

export type PlanOutcome =
  | { readonly ok: true; readonly plan: AnchorPlan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

export interface PlanRequest {
  readonly document: DomainDocument;
  readonly host: HostFacts;
  readonly facts: HypervisorFacts;
  readonly layout: StateLayout;
  /**
   * What the engine saw at paths that the document names, such as the size of an image. A path that is not in it was not looked at, or
   * is not there; the planner then assumes the usual.
   */
  readonly seen?: Readonly<Partial<Record<string, FileFacts>>>;
  /** The PCI functions of the host and what hangs on them; there for a document that names some. */
  readonly pci?: PciSurvey;
  /** There for a document that pins its vCPUs, on a hypervisor that was asked. */
  readonly cpus?: CpuSurvey;
}

/** Which spec changes an anchor takes while it runs. */
export interface ChangeVerdict {
  /** Fields that can be changed live. */
  readonly live: readonly string[];
  /** Fields that need a new anchor. */
  readonly restart: readonly string[];
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
  /** Lets the vCPUs run for the first time, or again. */
  release(): Promise<void>;
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

/**
 * The domains that a hypervisor runs by itself, known by the markers of their recipes. Such a domain outlives its anchor process: it holds
 * its disks without one, and must not be started a second time.
 */
export interface HostedDomains {
  /** Unknown where the hypervisor does not answer in time. Never rejects. */
  presence(ports: Ports, marker: string): Promise<Presence>;
  /**
   * Resolves when the domain is confirmed absent; rejects with the signal's reason before. Can be called again at any time. What the
   * hypervisor says against it is told each time, and tried again.
   */
  destroy(ports: Ports, marker: string, signal: AbortSignal, onRefused: (why: WindlassError) => void): Promise<void>;
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
  /** CPUs that domains can be pinned to, looked at anew. Never rejects. Left out where none can be pinned. */
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
