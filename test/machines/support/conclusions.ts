/** Generated conclusions of whatever effect is under way: it answers, fails, or its timer fires. */
import fc from 'fast-check';
import type { AnyEventObject, AnyStateNode } from 'xstate';
import { leftBehind, livingAnchor, nothingThere, someAnchor } from './documents.js';
import { runStates } from './arbitraries.js';
import { nameOf } from './paths.js';

export type Conclusion = (nodes: readonly AnyStateNode[]) => AnyEventObject | undefined;

const runState = fc.constantFrom(...runStates);
const outputs: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  observe: fc.constantFrom(nothingThere, livingAnchor(), leftBehind(), { presence: 'unknown', why: 'hidden' }),
  plan: fc.constantFrom('key-a', 'key-b').map((anchorKey) => ({ anchorKey, generation: 1, ladder: ['press', 'kill'] })),
  launch: fc.constant(someAnchor),
  capture: fc.record({ evidence: fc.option(fc.constant('/evidence')), lastWords: fc.string() }),
  connect: runState,
  boot: runState,
  pause: runState,
  resume: runState,
};

/** The chosen answers of all effects, of which the one under way uses its own. */
const answers: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record(outputs);
const anyError: fc.Arbitrary<unknown> = fc.oneof(fc.constant(null), fc.string(), fc.record({ code: fc.string(), message: fc.string(), retryable: fc.boolean() }), fc.anything());

export const conclusions: fc.Arbitrary<Conclusion> = fc.oneof(
  { weight: 6, arbitrary: answers.map((chosen): Conclusion => (nodes) => concluded(nodes, (id, src) => ({ type: `xstate.done.actor.${id}`, output: chosen[src], actorId: id }))) },
  { weight: 1, arbitrary: anyError.map((error): Conclusion => (nodes) => concluded(nodes, (id) => ({ type: `xstate.error.actor.${id}`, error, actorId: id }))) },
  {
    weight: 1,
    arbitrary: fc.constant<Conclusion>((nodes) => {
      const [timer] = nodes.flatMap((node) => node.after);
      return timer === undefined ? undefined : { type: nameOf(timer.eventType) };
    }),
  },
);

function concluded(nodes: readonly AnyStateNode[], event: (id: string, src: string) => AnyEventObject): AnyEventObject | undefined {
  const effect = nodes.flatMap((node) => node.invoke).find(({ src }) => src !== 'watch');
  return effect === undefined ? undefined : event(effect.id, nameOf(effect.src));
}
