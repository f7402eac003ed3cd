/** The state of a directory as another process sees it: no lock is taken, nothing is written, and what is told was looked at. */
import { hypervisorNames, isDomainName, layoutOf } from '../anchors/layout.js';
import { anchorHome } from '../anchors/home.js';
import type { AnchorFinding } from '../anchors/observe.js';
import { observeAnchor } from '../anchors/observe.js';
import { hostPorts } from '../effects/host-ports.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import type { NodeCondition } from '../status/node-conditions.js';
import type { Onlooking } from '../status/observed-status.js';
import { observedStatus } from '../status/observed-status.js';
import { newestInJournal } from '../status/read-journal.js';
import type { DomainStatus } from '../status/status.js';
import type { EngineFile, StatusFile } from '../status/status-files.js';
import { engineName, readEngineFile, readStatusFile, statusName } from '../status/status-files.js';
import { builtInAdapters } from './adapters.js';
import type { Orphan } from './orphans.js';
import { orphanFrom } from './orphans.js';
import { statusFromRecord } from './status-from-record.js';

/** What `readState` found. JSON. */
export interface StateReading {
  readonly stateDirectory: string;
  /** The engine that has the directory now; null when none does: then every domain has the condition `Supervised` False. */
  readonly engine: { readonly pid: number } | null;
  /** Follow the events after this number to miss nothing; what some of the first tell may be in the reading already. */
  readonly sequence: number;
  /** Of the engine itself. Empty when none runs. */
  readonly conditions: readonly NodeCondition[];
  /** By name. */
  readonly domains: readonly DomainStatus[];
  /** State that no document named when an engine looked last. */
  readonly orphans: readonly Orphan[];
  /** Files that are there and cannot be used. What they should tell was worked out from others. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/**
 * Reads what stands in a state directory, whether an engine runs or not. Each anchor is looked for on the host: a status that is not true
 * any more says so in its conditions (docs/status.md). A directory that does not exist holds nothing. Rejects as `FilePort.list` does.
 */
export async function readState(stateDirectory: string): Promise<StateReading> {
  await using ports = hostPorts();
  return await readStateThrough(ports, stateDirectory);
}

export async function readStateThrough(ports: Ports, root: string, adapters = new Map(builtInAdapters.map((adapter) => [adapter.name, adapter]))): Promise<StateReading> {
  const enginePath = `${root}/${engineName}`;
  // In this order: what the files of the domains say is at least as new as the sequence.
  const holder = (await ports.locks.holder(`${root}/engine.lock`)) ?? null;
  const engineFile = await readEngineFile(ports, enginePath);
  const [homes, newest] = await Promise.all([homesIn(ports, root, adapters), newestInJournal(ports, root)]);

  const said = engineFile.content;
  const now = new Date(ports.clock.now()).toISOString();
  const alive = said !== undefined && said.engine.pid === holder?.pid;
  const orphaned = new Set(said?.orphans.map(({ directory }) => directory));
  const told = homes.filter(({ layout }) => !orphaned.has(layout.directory)).map((home) => domainOf(home, onlooking(home, holder, said, now)));
  const homeless = (said?.unplaced ?? []).map((status) =>
    observedStatus(status, { finding: { presence: 'absent', why: 'no-record' }, now, unsupervised: alive ? undefined : unwatched(holder) }),
  );
  return {
    stateDirectory: root,
    engine: holder,
    sequence: Math.min(said?.sequence ?? newest, newest),
    conditions: alive ? said.conditions : [],
    domains: oneEach([...homeless, ...told]),
    orphans: homes.filter(({ layout }) => orphaned.has(layout.directory)).map(({ finding, hypervisor, layout, name }) => orphanFrom({ name, hypervisor, directory: layout.directory }, finding)),
    problems: [
      ...(engineFile.problem === undefined ? [] : [{ path: enginePath, message: engineFile.problem }]),
      ...homes.flatMap(({ layout, problem }) => (problem === undefined ? [] : [{ path: `${layout.directory}/${statusName}`, message: problem }])),
    ],
  };
}

interface Home {
  readonly name: string;
  readonly hypervisor: HypervisorName;
  readonly layout: StateLayout;
  readonly file: StatusFile | undefined;
  readonly problem: string | undefined;
  readonly finding: AnchorFinding;
}

/** Every directory that says something of a domain. */
async function homesIn(ports: Ports, root: string, adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>): Promise<readonly Home[]> {
  const found = await Promise.all(
    hypervisorNames.map(async (hypervisor) => {
      const names = (await ports.files.list(`${root}/${hypervisor}`)).filter(isDomainName);
      return Promise.all(
        names.map(async (name): Promise<Home> => {
          const layout = layoutOf(root, hypervisor, name);
          const [{ content, problem }, finding] = await Promise.all([readStatusFile(ports, `${layout.directory}/${statusName}`), observeAnchor(ports, anchorHome(adapters, hypervisor, layout))]);
          return { name, hypervisor, layout, file: content, problem, finding };
        }),
      );
    }),
  );
  return found.flat().filter(({ file, finding, problem }) => file !== undefined || problem !== undefined || !(finding.presence === 'absent' && finding.why === 'no-record'));
}

function onlooking({ file, finding }: Home, holder: { readonly pid: number } | null, said: EngineFile | undefined, now: string): Onlooking {
  // Another engine with the same pid has another start; without its own word, the pid must do.
  const supervised = holder !== null && file?.engine.pid === holder.pid && (said === undefined || said.engine.startedAt === file.engine.startedAt);
  return { finding, now, unsupervised: supervised ? undefined : unwatched(holder) };
}

function unwatched(holder: { readonly pid: number } | null): Onlooking['unsupervised'] {
  if (holder === null) return { reason: 'NoEngine', message: 'no engine runs on this state directory' };
  return { reason: 'NotYetSupervised', message: `the engine (pid ${holder.pid}) does not watch it yet` };
}

function domainOf({ file, finding, layout, name }: Home, looking: Onlooking): DomainStatus {
  return observedStatus(file?.status ?? statusFromRecord({ name, directory: layout.directory, record: finding.record, now: looking.now }), looking);
}

/** A domain that was moved to another hypervisor may have two directories: where its anchor lives is where it is, else where it was last. */
function oneEach(statuses: readonly DomainStatus[]): readonly DomainStatus[] {
  const best = new Map<string, DomainStatus>();
  for (const status of statuses) {
    const other = best.get(status.name);
    const better = other === undefined || (status.anchor !== null && other.anchor === null) || ((status.anchor === null) === (other.anchor === null) && status.updatedAt > other.updatedAt);
    if (better) best.set(status.name, status);
  }
  return [...best.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
