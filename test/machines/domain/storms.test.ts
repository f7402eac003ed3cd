import fc from 'fast-check';
import { initialTransition } from 'xstate';
import { describe, expect, it } from 'vitest';
import { domainMachine } from '../../../src/machines/domain.js';
import { conclusions } from '../support/conclusions.js';
import { anyDesired, anyEvent } from '../support/arbitraries.js';
import { wanted } from '../support/documents.js';
import { type Snapshot, nextSnapshot } from '../support/next-snapshot.js';
import { pathOf } from '../support/paths.js';
import { Stage, running } from '../support/stage.js';

/** What a state may never leave but through reaping: rule 1 of the design, on any sequence of anything. */
function checkStep(before: Snapshot, after: Snapshot, type: string): void {
  const from = pathOf(before.value);
  const to = pathOf(after.value);
  if (from.startsWith('anchored.') && !to.startsWith('anchored.')) expect(`${from} ${type}`).toMatch(/^anchored\.halting\.reaping xstate\.done/);
  if (after.status === 'done') expect(to).toBe('gone');
  else expect(after.status).toBe('active');
  if (to === 'gone') expect(after.context.desired.removed).toBe(true);
  expect(after.context.incarnation).toBeGreaterThanOrEqual(from.startsWith('observing.') ? 0 : before.context.incarnation);
}

describe('a storm', () => {
  it('of anything at all neither breaks the machine nor lets it leave an anchor behind', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 2, arbitrary: anyEvent }, { weight: 5, arbitrary: conclusions }), { maxLength: 60 }), (steps) => {
        let [snapshot] = initialTransition(domainMachine, { name: 'hello', desired: wanted() });
        for (const step of steps) {
          if (snapshot.status !== 'active') break;
          const event = typeof step === 'function' ? step(snapshot._nodes) : step;
          if (event === undefined) continue;
          const after = nextSnapshot(domainMachine, snapshot, event);
          checkStep(snapshot, after, event.type);
          snapshot = after;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('of documents ends where the last one wants it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDesired, { minLength: 1, maxLength: 8 }), async (documents) => {
        const stage = await running();
        for (const [index, desired] of documents.entries()) stage.desire({ power: desired.power, anchorKey: desired.anchorKey, generation: index + 2 });
        for (let step = 0; step < 40; step++) {
          const [effect] = stage.underWay;
          // Wishes that crossed each other are looked at again after a while.
          if (stage.state.endsWith('retrying')) await stage.wait(1_000);
          if (stage.state.endsWith('unwilling')) await stage.wait(30_000);
          if (effect === 'ask' || effect === 'press' || effect === 'quit' || effect === 'terminate') stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
          else if (effect !== undefined) await stage.done(effect);
        }
        const { anchorKey, power } = stage.context.desired;
        expect(stage.state).toMatch({ halted: /^halted$/, running: /running\.healthy$/, suspended: /running\.suspended$/, paused: /(running\.paused|ready\.ready)$/ }[power]);
        if (power !== 'halted') expect(stage.context.built).toEqual({ anchorKey, generation: documents.length + 1 });
      }),
      { numRuns: 60 },
    );
  });
});

describe('removal', () => {
  it('ends every phase as gone, and gives back what it held', async () => {
    const steps = ['observe', 'plan', 'admit', 'reserve', 'prepare', 'launch', 'connect', 'boot', 'probe'] as const;
    for (let done = 0; done <= steps.length; done++) {
      const stage = new Stage(wanted());
      await stage.through(...steps.slice(0, done));
      stage.remove();
      for (let step = 0; step < 10 && stage.state !== 'gone'; step++) {
        const [effect] = stage.underWay;
        if (effect === 'ask' || effect === 'press' || effect === 'quit' || effect === 'terminate') stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
        else if (effect !== undefined) await stage.done(effect);
      }
      expect(stage.state, `after ${done} effects`).toBe('gone');
      if (done > 0) expect(stage.count('release') + stage.count('reap')).toBe(1);
    }
  });
});
