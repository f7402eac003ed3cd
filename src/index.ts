/** Windlass: desired-state documents in, running domains out. */
export { createEngine } from './engine/create-engine.js';
export type { Applied, Engine } from './engine/engine.js';
export type { EngineOptions, JournalWishes } from './engine/options.js';
export type { ChangeAction, PlannedChange, PlanReport, PositionedProblem } from './engine/changes.js';
export { formatPlanProblem } from './engine/changes.js';
export type { PlanNote } from './engine/plan-notes.js';
export { followEvents } from './engine/follow-events.js';
export { readState } from './engine/read-state.js';
export type { StateReading } from './engine/read-state.js';
export { readUsage } from './engine/read-usage.js';
export type { Orphan } from './engine/orphans.js';
export { builtInAdapters } from './engine/adapters.js';
export { planDocuments } from './engine/plan-only.js';
export type { DocumentsPlan, FieldChange, PlanOnlyOptions } from './engine/plan-only.js';
export { defaultStateRoot } from './anchors/layout.js';

export { parseDocuments } from './documents/parse.js';
export type { DocumentSource, ParsedDocument, ParseOptions, ParseResult } from './documents/parse.js';
export { formatProblem } from './documents/problems.js';
export type { DocumentProblem, ProblemCode } from './documents/problems.js';
export { positionOf } from './documents/provenance.js';
export { jsonSchema } from './documents/json-schema.js';
export { formatDuration, formatSize, parseDuration, parseSize } from './documents/units.js';
export { writtenValue } from './documents/written-value.js';
export type {
  Acceleration,
  AcrnOverrides,
  BootDevice,
  BootSpec,
  CanSpec,
  CdromSpec,
  CloudInitPart,
  CloudInitSpec,
  CpuSpec,
  Deadlines,
  DiskSpec,
  DisplaySpec,
  DomainDocument,
  DomainDocumentInput,
  DomainMetadata,
  DomainSpec,
  FirecrackerOverrides,
  HostUser,
  HypervisorChoice,
  InputDevice,
  LivenessProbe,
  MemorySpec,
  NetworkSpec,
  OnChange,
  PciSpec,
  PortForward,
  Power,
  ProbesSpec,
  ProcessOverrides,
  QemuOverrides,
  ReadinessProbe,
  ResourceLimits,
  RestartPolicy,
  RestartSpec,
  SecretReference,
  SerialSpec,
  ShareSpec,
  SmbiosSpec,
  Solo5Overrides,
  TpmSpec,
  UsbSpec,
  VncSpec,
  VsockSpec,
  WatchdogSpec,
  XenOverrides,
} from './documents/domain-spec.js';
export { domainDocument } from './documents/domain-spec.js';

export { WindlassError } from './errors.js';
export type { ErrorFacts, SourcePosition } from './errors.js';

export type { Condition, ConditionType, DomainStatus, Phase, PlacementStatus } from './status/status.js';
export { phases } from './status/status.js';
export type { FollowOptions } from './status/follow-journal.js';
export type { NodeCondition, NodeConditionType } from './status/node-conditions.js';
export type { EventData, EventOf, EventRange, EventType, WindlassEvent } from './status/events.js';
export type { StatusMessage } from './status/store.js';
export type { DomainEnd, EndCause } from './machines/domain/ends.js';

export type { DeviceListing, ListedDevice } from './device-model/passthrough/device-listing.js';
export { listDevices } from './device-model/passthrough/device-listing.js';
export type { BackEnd, DeviceClass, DeviceModel, PlannedDevice } from './device-model/model.js';
export type { ChangeVerdict, DomainUsage, HypervisorAdapter } from './hypervisor-adapters/contract.js';
export type { Claim } from './hypervisor-adapters/contract/claim.js';
export type { HypervisorFacts, ProbeWish } from './hypervisor-adapters/contract/facts.js';
export type { HostedDomains } from './hypervisor-adapters/contract/hosted-domains.js';
export type { HypervisorName } from './hypervisor-adapters/contract/hypervisor-name.js';
export type { AnchorPlan, PlanOutcome, PlanProblem, PlanRequest } from './hypervisor-adapters/contract/plan.js';
export type { AnchorRecipe } from './hypervisor-adapters/contract/recipe.js';
export type { AnchorSession, ConnectRequest } from './hypervisor-adapters/contract/session.js';
export type { StateLayout } from './hypervisor-adapters/contract/state-layout.js';
export { qemuAdapter } from './hypervisor-adapters/qemu/index.js';
export { xenAdapter } from './hypervisor-adapters/xen/index.js';
export type { Observation, Rung, RunState } from './machines/observations.js';
export { domainMachine } from './machines/domain.js';
export { nodeMachine } from './machines/node.js';
export { readDocumentFiles } from './effects/document-files.js';
export type { DocumentFile } from './effects/document-files.js';
export { watchDocuments } from './effects/document-watch.js';
export type { DocumentWatch } from './effects/document-watch.js';
export type { CgroupFacts } from './effects/ports/cgroups.js';
export type { Connection } from './effects/ports/sockets.js';
export type { HostFacts } from './effects/ports/host.js';
export type { Ports } from './effects/ports.js';
export { hostPorts } from './effects/host-ports.js';
