/**
 * Planning without an engine: what an engine on this state directory would do with these documents. Takes no lock, so it can be asked
 * beside a running engine; starts, changes and removes nothing.
 */
import { anchorHome } from '../anchors/home.js';
import { discoverAnchors } from '../anchors/discover.js';
import type { DiscoveredAnchor } from '../anchors/discover.js';
import type { AnchorFinding } from '../anchors/observe.js';
import { observeAnchor } from '../anchors/observe.js';
import { completedRun, isRunOf } from '../actors/run-details.js';
import type { DomainDocument } from '../documents/domain-spec.js';
import type { ParsedDocument } from '../documents/parse.js';
import { parsePath } from '../documents/problems.js';
import { hostPorts } from '../effects/host-ports.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import { builtInAdapters } from './adapters.js';
import type { PlannedChange, PlanReport } from './changes.js';
import { planReport, plannedChange } from './changes.js';
import { wantedFrom } from './desk.js';
import type { EngineOptions } from './options.js';
import type { Discovered, Orphan } from './orphans.js';
import { discoveredFrom, orphanFrom } from './orphans.js';
import { createPlacer } from './placing.js';

export interface PlanOnlyOptions extends Pick<EngineOptions, 'adapters' | 'ports'> {
  readonly stateDirectory: string;
  readonly documents: readonly ParsedDocument[];
  /** Is a domain that no document names removed, as by the engine that runs it, or left alone? Default: left alone, as by a new engine. */
  readonly removes?: (name: string) => boolean;
}

/** One field that differs from what the anchor was built from. Undefined: it was or will be left out. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface DocumentsPlan extends PlanReport {
  readonly stateDirectory: string;
  /** By domain: the values behind `changes[].fields`. */
  readonly values: Readonly<Record<string, readonly FieldChange[]>>;
  /** State that no document names and that is left alone. */
  readonly orphans: readonly Orphan[];
}

/** Rejects as the file and process ports do; what is wrong with a document is in the plan. */
export async function planDocuments(options: PlanOnlyOptions): Promise<DocumentsPlan> {
  if (options.ports !== undefined) return planWith(options, options.ports);
  await using ports = hostPorts();
  return await planWith(options, ports);
}

interface Found extends Discovered {
  readonly finding: AnchorFinding;
}

async function planWith({ adapters: chosen = builtInAdapters, documents, removes = () => false, stateDirectory }: PlanOnlyOptions, ports: Ports): Promise<DocumentsPlan> {
  const adapters = new Map(chosen.map((adapter) => [adapter.name, adapter]));
  const [host, anchors] = await Promise.all([ports.host.facts(), discoverAnchors(ports, stateDirectory)]);
  const found = new Map(await Promise.all(anchors.map(async (anchor) => [anchor.name, await look(ports, adapters, anchor)] as const)));
  const placer = createPlacer({ adapters, host, ports, root: stateDirectory });
  const wantedByName = wantedFrom(documents, new Map(), (name, document) => {
    const run = found.get(name)?.run;
    return run === undefined ? undefined : { same: isRunOf(run, document), generation: run.generation };
  });
  const values: Record<string, readonly FieldChange[]> = {};
  const planned = documents.map(async (parsed): Promise<PlannedChange | undefined> => {
    const { name } = parsed.document.metadata;
    const wanted = wantedByName.get(name);
    if (wanted === undefined) return undefined;
    const now = found.get(name);
    const run = now?.run === undefined ? undefined : completedRun(now.run, wanted);
    const adapter = adapters.get(now?.hypervisor as Parameters<typeof adapters.get>[0]);
    const change = plannedChange({
      wanted,
      parsed,
      placing: await placer.place(wanted, 'to start'),
      // Unknown is not dead: what cannot be told to be gone is planned for as if it ran.
      standing: run === undefined ? undefined : { document: run.document, anchorKey: run.anchorKey, alive: now?.finding.presence !== 'absent' },
      compare: (running, changed) => adapter?.compare(running, changed) ?? { live: [], restart: [] },
    });
    const before = run?.document;
    if (before !== undefined) values[name] = change.fields.map((field) => ({ field, before: valueAt(before, field), after: valueAt(parsed.document, field) }));
    return change;
  });
  const changes = (await Promise.all(planned)).filter((change) => change !== undefined);
  const unnamed = [...found.values()].filter(({ name }) => !wantedByName.has(name));
  const removed = unnamed.filter(({ name }) => removes(name)).map(({ name }): PlannedChange => ({ name, action: 'remove', fields: [], placement: null, problems: [], notes: [] }));
  const orphans = unnamed.filter(({ name }) => !removes(name)).map((left) => orphanFrom(left, left.finding));
  return { ...planReport([...changes, ...removed]), stateDirectory, values, orphans };
}

async function look(ports: Ports, adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>, anchor: DiscoveredAnchor): Promise<Found> {
  return { ...discoveredFrom(anchor), finding: await observeAnchor(ports, anchorHome(adapters, anchor.hypervisor, anchor.layout)) };
}

function valueAt(document: DomainDocument, field: string): unknown {
  let value: unknown = document;
  for (const key of parsePath(field)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return value;
}
