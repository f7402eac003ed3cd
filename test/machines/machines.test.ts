import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyActorLogic, type AnyStateMachine, type AnyStateNode, createActor, toPromise } from 'xstate';
import { domainMachine } from '../../src/machines/domain.js';
import * as guards from '../../src/machines/domain/guards.js';
import { nodeMachine } from '../../src/machines/node.js';
import { anyContext } from './support/arbitraries.js';
import { nameOf } from './support/paths.js';

function nodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)];
}

/** Names that say what a description would. */
const obvious = new Set([
  'observing.looking', 'observing.blind', 'observing.absent', 'pending.planning', 'pending.releaseLater', 'pending.released',
  'anchored.adopting.connecting', 'anchored.adopting.silent', 'anchored.adopting.adopted', 'anchored.device-model-ready.launching',
  'anchored.device-model-ready.connecting', 'anchored.booting.releasing', 'anchored.booting.probing', 'anchored.running.healthy',
  'anchored.running.paused', 'anchored.running.pausing', 'anchored.running.resuming', 'anchored.running.reconnecting',
  'anchored.running.settling', 'anchored.running.retrying', 'anchored.halting.choosing', 'anchored.halting.afterNote', 'anchored.halting.afterWaking', 'anchored.halting.afterAsk', 'anchored.halting.afterPress',
  'anchored.halting.afterQuit', 'anchored.halting.collecting', 'stopped', 'failed',
]);

describe.each<[string, AnyStateMachine]>([
  ['domain', domainMachine],
  ['node', nodeMachine],
])('the %s machine', (_, machine) => {
  const nodes = nodesOf(machine.root);

  it('describes every state whose name does not say it', () => {
    const silent = nodes.filter(({ description, path }) => description === undefined && !obvious.has(path.join('.')));
    expect(silent.map(({ path }) => path.join('.'))).toEqual([]);
  });

  it('handles the failure of every effect, and waits for none without a deadline', () => {
    for (const node of nodes)
      for (const { onError, src } of node.invoke) {
        expect(onError, `${node.id} ${nameOf(src)}`).toBeDefined();
        // The watch has no answer to wait for: it tells for as long as an anchor may live. Steps of one thing may share a deadline.
        if (src !== 'watch') expect(node.after.length + (node.parent?.after.length ?? 0), node.id).toBeGreaterThan(0);
      }
  });

  it('says of every effect that nobody provided which it is', async () => {
    const stubs = Object.entries(machine.implementations.actors as Readonly<Record<string, AnyActorLogic>>);
    expect(stubs.map(([name]) => name).sort()).toEqual([...new Set(nodes.flatMap(({ invoke }) => invoke.map(({ src }) => nameOf(src))))].sort());
    for (const [name, stub] of stubs) {
      const actor = createActor(stub);
      const ended = toPromise(actor);
      actor.start();
      await expect(ended).rejects.toThrow(new Error(`effect not provided: ${name}`));
    }
  });

  it('invokes by name only, and swallows nothing by a wildcard', () => {
    for (const node of nodes) {
      for (const { src } of node.invoke) expect(typeof src).toBe('string');
      expect(node.ownEvents).not.toContain('*');
    }
  });
});

describe('the guards', () => {
  it('are total: they judge any facts, and change none', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const before = JSON.stringify(context);
        for (const [name, guard] of Object.entries(guards)) expect(typeof guard(context), name).toBe('boolean');
        expect(JSON.stringify(context)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });
});
