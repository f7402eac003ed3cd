import type { AnyStateNode } from 'xstate';

/** The path of a state node, with the machine's id in front. xstate's own ids can be replaced by the author; paths cannot. */
export function stateId(node: AnyStateNode): string {
  return [node.machine.id, ...node.path].join('.');
}
