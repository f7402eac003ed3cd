import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { ChartTransition } from './chart.js';
import { readInvoke } from './read-invoke.js';
import { stateId } from './state-id.js';
import { wordAction, wordEvent, wordGuard } from './wording.js';

/** Every transition that a state declares, in document order, the eventless ones first. */
export function readTransitions(node: AnyStateNode): readonly ChartTransition[] {
  const invokes = new Map(node.invoke.map((invoke) => [invoke.id, readInvoke(invoke).id ?? readInvoke(invoke).src]));
  return [...candidatesOf(node)].flatMap(([event, candidates]) => {
    const { kind, label } = wordEvent(eventName(node, event), invokes);
    return candidates.map((candidate, index): ChartTransition => {
      const guarded = candidate.guard !== undefined;
      return {
        id: idOf(node, event, index),
        source: stateId(node),
        targets: (candidate.target ?? []).map((target: AnyStateNode) => stateId(target)),
        kind,
        event,
        label,
        ...(guarded ? { guard: wordGuard(candidate.guard) } : {}),
        otherwise: !guarded && index > 0,
        actions: candidate.actions.flatMap((action: unknown) => wordAction(action) ?? []),
        reenter: candidate.reenter,
      };
    });
  });
}

/**
 * The chart's id of a transition that xstate reports (the `_transitions` of a microstep's inspection event), for
 * `highlight`. Undefined for what is no declared transition, such as the first step into the machine.
 */
export function transitionId(transition: AnyTransitionDefinition): string | undefined {
  const node = transition.source as AnyStateNode;
  for (const [event, candidates] of candidatesOf(node)) {
    const index = candidates.indexOf(transition);
    if (index >= 0) return idOf(node, event, index);
  }
  return undefined;
}

function candidatesOf(node: AnyStateNode): ReadonlyMap<string, readonly AnyTransitionDefinition[]> {
  return new Map<string, readonly AnyTransitionDefinition[]>([...(node.always ? [['', node.always] as const] : []), ...node.transitions]);
}

function idOf(node: AnyStateNode, event: string, index: number): string {
  return `${stateId(node)}:${event}:${index}`;
}

/** `xstate.after.<delay>.<state id>`: the state is known from where the transition stands. */
function eventName(node: AnyStateNode, event: string): string {
  const suffix = `.${node.id}`;
  return event.startsWith('xstate.after.') && event.endsWith(suffix) ? event.slice(0, -suffix.length) : event;
}
