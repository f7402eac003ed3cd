import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { Chart, ChartState, ChartTransition } from './chart.js';
import { readInvoke } from './read-invoke.js';
import { readTransitions } from './read-transitions.js';
import { stateId } from './state-id.js';
import { wordAction } from './wording.js';

/**
 * Reads any xstate v5 machine into the chart model. Nothing runs: no actor is started and no function of the
 * machine is called. The same machine always gives the same chart.
 */
export function toChart(machine: AnyStateMachine): Chart {
  const states: ChartState[] = [];
  const transitions: ChartTransition[] = [];
  const visit = (node: AnyStateNode): void => {
    states.push(readState(node));
    transitions.push(...readTransitions(node));
    for (const child of childrenOf(node)) visit(child);
  };
  visit(machine.root);
  const { description } = machine.root;
  return { id: machine.id, ...(description === undefined ? {} : { description }), states, transitions };
}

function childrenOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values<AnyStateNode>(node.states);
}

function readState(node: AnyStateNode): ChartState {
  const { parent, history, description } = node;
  return {
    id: stateId(node),
    name: parent ? node.key : node.machine.id,
    kind: node.type,
    ...(parent ? { parent: stateId(parent) } : {}),
    children: childrenOf(node).map(stateId),
    initial: readInitial(node).map(stateId),
    ...(node.type === 'history' ? { history: history === 'deep' ? history : 'shallow' } : {}),
    ...(description === undefined ? {} : { description }),
    tags: [...node.tags],
    entry: readActions(node.config.entry),
    exit: readActions(node.config.exit),
    invokes: node.invoke.map(readInvoke),
    folded: [],
  };
}

/** From the config, not from the node: xstate adds the timers of `after` to the node's own lists. */
function readActions(actions: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(actions) ? actions : actions === undefined ? [] : [actions];
  return list.flatMap((action) => wordAction(action) ?? []);
}

function readInitial(node: AnyStateNode): readonly AnyStateNode[] {
  if (node.type === 'history') return readHistoryDefault(node);
  if (node.type !== 'compound') return [];
  try {
    return node.initial.target;
  } catch {
    // A compound state without `initial` is a machine that cannot start; its picture is still worth having.
    return [];
  }
}

/** xstate resolves these only when the history state is entered, so it is done here from the config. */
function readHistoryDefault(node: AnyStateNode): readonly AnyStateNode[] {
  const { parent, config } = node;
  const target = (config as { target?: unknown }).target;
  if (!parent) return [];
  if (target === undefined) return readInitial(parent).filter((initial) => initial !== node);
  const wanted: readonly unknown[] = Array.isArray(target) ? target : [target];
  return wanted.flatMap((name) => (typeof name === 'string' ? (resolve(parent, name) ?? []) : []));
}

function resolve(parent: AnyStateNode, target: string): AnyStateNode | undefined {
  if (target.startsWith('#')) {
    const all = flatten(parent.machine.root);
    const owner = all.filter(({ id }) => target === `#${id}` || target.startsWith(`#${id}.`)).sort((a, b) => b.id.length - a.id.length)[0];
    return owner && descend(owner, target.slice(owner.id.length + 2));
  }
  return descend(parent, target.replace(/^\./, ''));
}

function descend(from: AnyStateNode, path: string): AnyStateNode | undefined {
  let at: AnyStateNode | undefined = from;
  for (const key of path.split('.').filter((part) => part !== '')) at = at && (at.states as Readonly<Record<string, AnyStateNode>>)[key];
  return at;
}

function flatten(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...childrenOf(node).flatMap(flatten)];
}
