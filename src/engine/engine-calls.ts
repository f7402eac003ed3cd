/** The calls of a running engine, over its parts. */
import type { Logger } from 'pino';
import { filter, firstValueFrom, fromEvent, map, merge, of, takeUntil, throwIfEmpty } from 'rxjs';
import type { Actor } from 'xstate';
import { waitFor } from 'xstate';
import type { Placing, WantedDomain } from '../actors/world.js';
import { completedRun, isRunOf } from '../actors/run-details.js';
import { createTurns } from '../actors/turns.js';
import type { ParsedDocument } from '../documents/parse.js';
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { nodeMachine } from '../machines/node.js';
import type { EventLog } from '../status/event-log.js';
import type { NodeConditions } from '../status/node-conditions.js';
import type { StatusStore } from '../status/store.js';
import type { PlannedChange } from './changes.js';
import { formatPlanProblem, planReport, plannedChange, positioned } from './changes.js';
import type { Desk, Earlier } from './desk.js';
import { differenceOf, wantedFrom } from './desk.js';
import { desiredOf } from './desired.js';
import type { Engine } from './engine.js';
import type { Discovered } from './orphans.js';
import type { OrphanWatch } from './orphan-watch.js';
import type { Placer } from './placing.js';
import { notesOn } from './plan-notes.js';
import { usageIn } from './read-usage.js';
import type { Supervisor } from './supervisor.js';

export interface EngineParts {
  readonly adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>;
  readonly checked: WeakMap<WantedDomain, Placing>;
  readonly conditions: NodeConditions;
  readonly desk: Desk;
  readonly discovered: ReadonlyMap<string, Discovered>;
  readonly log: EventLog;
  readonly logger: Logger;
  readonly node: Actor<typeof nodeMachine>;
  readonly orphans: OrphanWatch;
  readonly placer: Placer;
  readonly ports: Ports;
  readonly root: string;
  readonly store: StatusStore;
  readonly supervisor: Supervisor;
}

export function engineOver(parts: EngineParts): Engine {
  const { adapters, conditions, desk, discovered, log, node, orphans, placer, ports, root, store, supervisor } = parts;
  const earlier: Earlier = (name, document) => {
    // It was removed and is on its way out yet: whatever names it now is another document, and must not be given what befell the last.
    const leaving = supervisor.domains.get(name);
    if (leaving !== undefined) return { same: false, generation: leaving.generation };
    const run = discovered.get(name)?.run;
    return run === undefined ? undefined : { same: isRunOf(run, document), generation: run.generation };
  };
  const serving = (): void => {
    if (!node.getSnapshot().matches('serving')) throw new WindlassError('ENGINE_STOPPED', 'the engine is stopping or has stopped');
  };

  // An application waits for probes: without turns, an earlier one that waited longer would win over what was said last.
  const inTurn = createTurns();
  const dismiss = inTurn((names: readonly string[]): Promise<void> => {
    serving();
    const next = new Map([...desk.all()].filter(([name]) => !names.includes(name)));
    desk.replace(next);
    node.send({ type: 'documents.applied', revision: desk.revision() });
    for (const name of names) {
      const run = discovered.get(name)?.run;
      if (!supervisor.domains.has(name) && run !== undefined) supervisor.retireUnknown(name, desiredOf(completedRun(run)));
    }
    return Promise.resolve();
  });

  const engine: Engine = {
    stateDirectory: root,
    apply: inTurn(async (documents: readonly ParsedDocument[]) => {
      serving();
      const before = desk.all();
      const next = wantedFrom(documents, before, earlier);
      await check(parts, documents, next);
      serving();
      desk.replace(next);
      const difference = differenceOf(before, next);
      log.publish('windlass.documents.applied', undefined, { revision: desk.revision(), ...difference });
      node.send({ type: 'documents.applied', revision: desk.revision() });
      await orphans.documentsApplied();
      return { revision: desk.revision(), ...difference };
    }),
    async plan(documents) {
      const next = wantedFrom(documents, desk.all(), earlier);
      const changes = await Promise.all(documents.map((parsed) => planOne(parts, parsed, next)));
      const removed = [...supervisor.domains.keys()].filter((name) => !next.has(name));
      return planReport([...changes, ...removed.map(removal)]);
    },
    get: (name) => store.get(name),
    usage: (name) => usageIn(ports, adapters, root, name),
    list: () => store.all(),
    status$: store.status$,
    events: ({ since = 0 } = {}) => log.since(since),
    async settled({ signal } = {}) {
      const settledness$ = merge(of(undefined), log.events$).pipe(
        map(() => store.settledness()),
        filter(({ unsettled }) => unsettled === 0),
        map(({ failed }) => failed === 0),
      );
      const first$ = signal === undefined ? settledness$ : settledness$.pipe(takeUntil(fromEvent(signal, 'abort')));
      return firstValueFrom(first$.pipe(throwIfEmpty(() => endOfWaiting(signal))));
    },
    retry: (name) => supervisor.tell(name, { type: 'retry' }),
    orphans: () => orphans.list(),
    conditions: () => conditions.all(),
    async remove(names, { signal } = {}) {
      await dismiss(names);
      await untilGone(parts, names, signal);
    },
    probe: () => placer.probeAll(),
    async stop({ guests = 'leave' } = {}) {
      if (node.getSnapshot().status === 'active') node.send({ type: 'stop', guests });
      await waitFor(node, (snapshot) => snapshot.status !== 'active');
    },
    [Symbol.asyncDispose]: () => engine.stop(),
  };
  return engine;
}

/** Plans every document that says something new, and refuses the set if one can never be served as it is written. */
async function check({ checked, desk, logger, placer }: EngineParts, documents: readonly ParsedDocument[], next: ReadonlyMap<string, WantedDomain>): Promise<void> {
  const refused = await Promise.all(
    documents.map(async (parsed) => {
      const wanted = next.get(parsed.document.metadata.name);
      if (wanted === undefined || desk.get(wanted.document.metadata.name) === wanted) return [];
      const placing = await placer.place(wanted, 'to start');
      if (placing.ok) {
        checked.set(wanted, placing);
        for (const { domain, field, message, position } of notesOn(parsed, placing.placed.plan)) logger.warn({ domain, field, position }, message);
      }
      return placing.ok || placing.retryable ? [] : positioned(parsed, placing.problems, false);
    }),
  );
  const problems = refused.flat();
  const [first] = problems;
  if (first !== undefined)
    throw new WindlassError('PLAN_REFUSED', problems.map(formatPlanProblem).join('\n'), { domain: first.domain, field: first.field, position: first.position });
}

async function planOne({ adapters, discovered, placer, store, desk }: EngineParts, parsed: ParsedDocument, next: ReadonlyMap<string, WantedDomain>): Promise<PlannedChange> {
  const { name } = parsed.document.metadata;
  const wanted = next.get(name);
  if (wanted === undefined) throw new WindlassError('DUPLICATE_NAME', `two documents name ${name}`, { domain: name, position: parsed.source });
  const placing = await placer.place(wanted, 'to start');
  const run = discovered.get(name)?.run;
  const now = desk.get(name) ?? (run === undefined ? undefined : completedRun(run, wanted));
  const hypervisor = store.get(name)?.placement?.hypervisor ?? discovered.get(name)?.hypervisor;
  const adapter = adapters.get(hypervisor as HypervisorName);
  return plannedChange({
    wanted,
    parsed,
    placing,
    standing: now === undefined ? undefined : { document: now.document, anchorKey: now.anchorKey, alive: store.get(name) !== undefined || discovered.has(name) },
    compare: (running, changed) => adapter?.compare(running, changed) ?? { live: [], restart: [] },
  });
}

function removal(name: string): PlannedChange {
  return { name, action: 'remove', fields: [], placement: null, problems: [], notes: [] };
}

async function untilGone({ log, supervisor }: EngineParts, names: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const gone$ = merge(of(undefined), log.events$).pipe(filter(() => names.every((name) => !supervisor.domains.has(name))));
  const first$ = signal === undefined ? gone$ : gone$.pipe(takeUntil(fromEvent(signal, 'abort')));
  await firstValueFrom(first$.pipe(throwIfEmpty(() => endOfWaiting(signal))));
}

function endOfWaiting(signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? signal.reason : new WindlassError('ENGINE_STOPPED', 'the engine has stopped');
}
