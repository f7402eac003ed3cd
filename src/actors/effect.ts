import { fromPromise } from 'xstate';
import type { PromiseActorLogic } from 'xstate';
import type { DomainWorld } from './world.js';

export interface EffectScope<Input> {
  readonly input: Input;
  /** Aborted when the machine has left the state that invoked the effect: its answer is nobody's any more, what it has begun is. */
  readonly signal: AbortSignal;
}

/**
 * One effect of the domain machine. The engine must not let go of its state directory while one is under way that its machine has left
 * already: the next engine would meet its traces half made.
 */
export function effect<Output, Input>(
  world: Pick<DomainWorld, 'underWay'>,
  work: (scope: EffectScope<Input>) => Promise<Output>,
): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input>(({ input, signal }) => {
    const working = work({ input, signal });
    const settled = working
      .catch(() => undefined)
      .then(() => {
        world.underWay.delete(settled);
      });
    world.underWay.add(settled);
    return working;
  });
}
