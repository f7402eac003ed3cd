/**
 * Keeps one root actor a domain in a map (children of one supervising actor would cost more the more there are) and carries out what the
 * node machine decided: it judges nothing.
 */
import type { Logger } from 'pino';
import type { Actor, ActorOptions } from 'xstate';
import { createActor } from 'xstate';
import type { DomainHandles, DomainWorld, WantedDomain } from '../actors/world.js';
import type { DesiredDomain } from '../machines/domain/context.js';
import type { DomainEvent } from '../machines/domain/events.js';
import type { domainMachine } from '../machines/domain.js';
import type { DomainCommand, KnownDomain } from '../machines/node/reconcile.js';
import { phaseOf, statePath } from '../status/phase.js';
import type { StatusStore } from '../status/store.js';
import { desiredOf, undesired } from './desired.js';
import type { RecordKeeper } from './record-keeper.js';

export interface Supervised extends KnownDomain {
  readonly actor: Actor<typeof domainMachine>;
  desired: DesiredDomain;
  generation: number;
  retired: boolean;
}

export type DomainClock = NonNullable<ActorOptions<typeof domainMachine>['clock']>;

export interface SupervisorOptions {
  readonly machine: typeof domainMachine;
  readonly world: DomainWorld;
  /** Of the machines' timers; the host's own where there is none. */
  readonly clock: DomainClock | undefined;
  readonly store: StatusStore;
  readonly logger: Logger;
  readonly keepRecord: RecordKeeper;
  readonly wanted: (name: string) => WantedDomain | undefined;
  /** The last of a domain: its actor is done and nothing of it is left. */
  readonly onGone: (name: string) => void;
}

export interface Supervisor {
  readonly domains: ReadonlyMap<string, Supervised>;
  carryOut(commands: readonly DomainCommand[]): void;
  /** Supervises a domain that no document names, so that it is halted and forgotten. */
  retireUnknown(name: string, last: DesiredDomain): void;
  tell(name: string, event: DomainEvent): void;
  /** Ends the actors; anchors that live, live on. */
  letGo(): void;
}

export function createSupervisor({ clock, keepRecord, logger, machine, onGone, store, wanted, world }: SupervisorOptions): Supervisor {
  const domains = new Map<string, Supervised>();

  const create = (name: string, desired: DesiredDomain): void => {
    const handles = world.handles(name);
    const actor = createActor(machine, { input: { name, desired }, ...(clock === undefined ? {} : { clock }) });
    const domain: Supervised = { actor, desired, generation: desired.generation, retired: desired.removed };
    domains.set(name, domain);
    actor.subscribe({
      next: (snapshot) => {
        report(handles, snapshot);
      },
      complete: () => {
        // An actor that was let go completes as well: its domain lives on, and so does what is known of it until its channel is closed.
        if (actor.getSnapshot().status !== 'done') return;
        domains.delete(name);
        store.forget(name);
        onGone(name);
      },
      error: (error) => {
        logger.error({ domain: name, err: error }, 'the domain machine failed; this is a defect of Windlass');
      },
    });
    actor.start();
  };

  const report = (handles: DomainHandles, snapshot: ReturnType<Supervised['actor']['getSnapshot']>): void => {
    keepRecord(handles, snapshot.context);
    const state = statePath(snapshot.value);
    store.update(
      { phase: phaseOf(state), state, degraded: snapshot.hasTag('degraded'), context: snapshot.context },
      { placement: handles.built?.placement ?? handles.placed?.placement ?? null, stateDirectory: handles.home?.layout.directory ?? '' },
    );
  };

  const change = (name: string, desired: DesiredDomain): void => {
    const domain = domains.get(name);
    if (domain === undefined) return;
    domain.desired = desired;
    domain.generation = desired.generation;
    domain.retired = desired.removed;
    domain.actor.send({ type: 'desired.changed', desired });
  };

  return {
    domains,
    carryOut(commands) {
      for (const { name, type } of commands) {
        const document = wanted(name);
        const handles = world.handles(name);
        handles.wanted = document;
        if (type === 'retire') {
          const last = domains.get(name)?.desired;
          if (last !== undefined) change(name, undesired(last));
        } else if (document !== undefined) {
          if (type === 'create') create(name, desiredOf(document));
          else change(name, desiredOf(document));
        }
        handles.changed.next();
      }
    },
    retireUnknown(name, last) {
      if (domains.has(name)) change(name, undesired(last));
      else create(name, undesired(last));
    },
    tell: (name, event) => domains.get(name)?.actor.send(event),
    letGo() {
      const all = [...domains.values()];
      domains.clear();
      for (const { actor } of all) actor.stop();
    },
  };
}
