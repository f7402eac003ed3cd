import { describe, expect, it } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { domainMachine } from '../../src/machines/domain.js';
import type { DomainEvent } from '../../src/machines/domain/events.js';
import { wanted } from './support/documents.js';
import { Stage } from './support/stage.js';
import { walk } from './support/walk.js';
import type { Way } from './support/walk.js';

const walked = walk(1_000);

function leaves(node: AnyStateNode): readonly AnyStateNode[] {
  const inner = Object.values(node.states);
  return inner.length === 0 ? [node] : inner.flatMap(leaves);
}

/** Nobody rests in a state that only decides. */
const resting = leaves(domainMachine.root).filter(({ always }) => always?.some(({ guard }) => guard === undefined) !== true);

/** On a live actor: effects are promises, and a timer fires because the clock moves to it. */
async function replay({ states, strides }: Way): Promise<void> {
  const stage = new Stage(wanted());
  for (const [index, stride] of strides.entries()) {
    switch (stride.kind) {
      case 'done':
        await stage.done(stride.effect, stride.output as never);
        break;
      case 'fail':
        await stage.fail(stride.effect, stride.error);
        break;
      case 'send':
        stage.actor.send(stride.event as DomainEvent);
        break;
      case 'after':
        await stage.fire(stride.type);
        break;
    }
    expect(stage.state, JSON.stringify(strides.slice(0, index + 1))).toBe(states[index + 1]);
  }
  stage.actor.stop();
}

describe('every way through the domain machine', { timeout: 30_000 }, () => {
  it('leads to every state in which it can rest', () => {
    expect(resting.map(({ path }) => path.join('.')).filter((path) => !walked.states.has(path))).toEqual([]);
    expect(walked.transitions).toBeGreaterThan(450);
  });

  it('is the same on a live actor, whose effects are promises and whose clock is stepped', async () => {
    for (const way of walked.ways) await replay(way);
  });
});
