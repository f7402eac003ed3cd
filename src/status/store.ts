/** The status of every domain, and the events that its changes make. */
import { Observable } from 'rxjs';
import type { DomainContext } from '../machines/domain/context.js';
import type { MachineView } from './conditions.js';
import { conditionsOf, isAsDesired } from './conditions.js';
import type { EventLog } from './event-log.js';
import type { WindlassEvent } from './events.js';
import type { Condition, DomainStatus, Phase, PlacementStatus } from './status.js';

/** First message of a subscription: all there is. Then each event with the status after it. */
export type StatusMessage =
  | { readonly type: 'snapshot'; readonly sequence: number; readonly domains: readonly DomainStatus[] }
  | { readonly type: 'event'; readonly event: WindlassEvent; readonly status: DomainStatus | null };

export interface StatusStore {
  readonly status$: Observable<StatusMessage>;
  get(name: string): DomainStatus | undefined;
  all(): readonly DomainStatus[];
  /** The machine of a domain took a step. */
  update(view: MachineView, place: { readonly placement: PlacementStatus | null; readonly stateDirectory: string }): DomainStatus;
  forget(name: string): void;
  /** How many domains are still on their way, and how many have failed for good. */
  settledness(): { readonly unsettled: number; readonly failed: number };
}

/** `changed` is told of each domain whose status is another, or that is forgotten. */
export function createStatusStore(log: EventLog, now: () => number, changed: (name: string) => void = () => undefined): StatusStore {
  const known = new Map<string, DomainStatus>();
  const contexts = new Map<string, DomainContext>();
  const unsettled = new Set<string>();
  const failed = new Set<string>();

  return {
    status$: new Observable((subscriber) => {
      subscriber.next({ type: 'snapshot', sequence: log.sequence(), domains: [...known.values()] });
      return log.events$.subscribe({
        next: (event) => subscriber.next({ type: 'event', event, status: event.subject === undefined ? null : (known.get(event.subject) ?? null) }),
        complete: () => subscriber.complete(),
      });
    }),
    get: (name) => known.get(name),
    all: () => [...known.values()],
    settledness: () => ({ unsettled: unsettled.size, failed: failed.size }),
    forget(name) {
      known.delete(name);
      contexts.delete(name);
      unsettled.delete(name);
      failed.delete(name);
      log.publish('windlass.domain.forgotten', name, {});
      changed(name);
    },
    update(view, place) {
      const { context } = view;
      const before = known.get(context.name);
      const time = new Date(now()).toISOString();
      if (before !== undefined && before.placement === place.placement && sameFacts(contexts.get(context.name), context)) {
        if (before.state === view.state) return before;
        if (saysTheSame(before, view, !unsettled.has(context.name))) {
          const stepped = { ...before, state: view.state, updatedAt: time };
          known.set(context.name, stepped);
          changed(context.name);
          return stepped;
        }
      }
      const conditions = conditionsOf(view).map((condition): Condition => {
        const old = before?.conditions.find(({ type }) => type === condition.type);
        const same = old !== undefined && old.status === condition.status && old.reason === condition.reason;
        return { ...condition, since: same ? old.since : time };
      });
      const status: DomainStatus = {
        name: context.name,
        phase: view.phase,
        state: view.state,
        conditions,
        desired: { power: context.desired.power, removed: context.desired.removed },
        generation: context.desired.generation,
        observedGeneration: context.built?.generation ?? 0,
        incarnation: context.incarnation,
        failures: context.failures,
        resets: context.resets,
        anchor: context.anchor,
        runState: context.runState,
        rung: context.rung,
        problem: context.problem,
        lastEnd: context.lastEnd,
        placement: place.placement,
        stateDirectory: place.stateDirectory,
        updatedAt: time,
      };
      known.set(context.name, status);
      mark(failed, context.name, view.phase === 'failed');
      mark(unsettled, context.name, view.phase !== 'failed' && !isAsDesired(view));
      contexts.set(context.name, context);
      publishDifference(log, before, status);
      changed(context.name);
      return status;
    },
  };
}

/** Most steps of a machine within a phase change no fact. */
function sameFacts(before: DomainContext | undefined, after: DomainContext): boolean {
  if (before === undefined) return false;
  return (Object.keys(after) as (keyof DomainContext)[]).every((fact) => before[fact] === after[fact]);
}

/** With the same facts, conditions are worked out from no more than this. */
function saysTheSame(before: DomainStatus, view: MachineView, wasAsDesired: boolean): boolean {
  const wasDegraded = before.conditions.some(({ status, type }) => type === 'Degraded' && status === 'True');
  return before.phase === view.phase && wasDegraded === (view.degraded || view.context.problem !== null) && wasAsDesired === isAsDesired(view);
}

function publishDifference(log: EventLog, before: DomainStatus | undefined, after: DomainStatus): void {
  const { name, incarnation, generation } = after;
  // The end first: a reader that sees `backoff` knows why.
  if (after.lastEnd !== null && after.lastEnd !== before?.lastEnd && before !== undefined) log.publish('windlass.domain.ended', name, { end: after.lastEnd });
  if (after.resets > (before?.resets ?? 0)) log.publish('windlass.domain.reset', name, { resets: after.resets, incarnation });
  const from: Phase | null = before?.phase ?? null;
  if (from !== after.phase) log.publish('windlass.domain.phase', name, { from, to: after.phase, state: after.state, incarnation, generation });
  if (after.phase === 'gone') return;
  for (const condition of after.conditions) {
    const old = before?.conditions.find(({ type }) => type === condition.type);
    if (old?.status !== condition.status || old.reason !== condition.reason) {
      if (isNews(condition, old)) log.publish('windlass.domain.condition', name, { condition });
    }
  }
}

/** A condition that merely follows the phase would say everything twice; these say something of their own. */
function isNews(condition: Condition, old: Condition | undefined): boolean {
  if (condition.type === 'AsDesired') return condition.status !== (old?.status ?? 'False');
  if (condition.type === 'Degraded') return condition.status === 'True' || old?.status === 'True';
  return condition.type === 'RestartRequired';
}

function mark(names: Set<string>, name: string, holds: boolean): void {
  if (holds) names.add(name);
  else names.delete(name);
}
