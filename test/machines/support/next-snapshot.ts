/** The domain machine's next snapshot, by its pure transition function. */
import { type AnyActorScope, type AnyEventObject, createActor, type SnapshotFrom } from 'xstate';
import type { domainMachine } from '../../../src/machines/domain.js';
import { wanted } from './documents.js';

type Machine = typeof domainMachine;
export type Snapshot = SnapshotFrom<Machine>;

const scopes = new WeakMap<Machine, AnyActorScope>();

/**
 * As xstate's `transition` gives it, whose actions nobody here looks at. That one makes an actor for each step, without an input, so that
 * a throw and its stack are most of what a step costs; here a machine has one, which is never started. Throws what the machine throws.
 */
export function nextSnapshot(machine: Machine, from: Snapshot, event: AnyEventObject): Snapshot {
  const scope = scopes.get(machine) ?? inertScope(machine);
  scopes.set(machine, scope);
  return machine.transition(from, event as Parameters<Machine['transition']>[1], scope as Parameters<Machine['transition']>[2]);
}

function inertScope(machine: Machine): AnyActorScope {
  const self = createActor(machine, { input: { name: 'hello', desired: wanted() } });
  const nothing = (): void => undefined;
  return { self, system: self.system, id: '', sessionId: '', logger: nothing, defer: nothing, stopChild: nothing, emit: nothing, actionExecutor: nothing };
}
