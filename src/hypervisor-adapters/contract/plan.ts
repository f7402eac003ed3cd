/** What `render` answers: how a hypervisor would serve a document, or why it cannot. */
import type { DeviceModel } from '../../device-model/model.js';
import type { DomainDocument } from '../../documents/domain-spec.js';
import type { FileFacts } from '../../effects/ports/files.js';
import type { HostFacts } from '../../effects/ports/host.js';
import type { PciSurvey } from '../../effects/ports/pci.js';
import type { Rung } from '../../machines/observations.js';
import type { Claim } from './claim.js';
import type { CpuSurvey } from './cpu-survey.js';
import type { HypervisorFacts } from './facts.js';
import type { HypervisorName } from './hypervisor-name.js';
import type { AnchorRecipe } from './recipe.js';
import type { StateLayout } from './state-layout.js';

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
  /** There for a document that pins its vCPUs and is to start, on a hypervisor that was asked. */
  readonly cpus?: CpuSurvey;
}

export type PlanOutcome =
  | { readonly ok: true; readonly plan: AnchorPlan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

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
