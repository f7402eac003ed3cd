import { describe, expect, it } from 'vitest';
import { wanted } from '../support/documents.js';
import { Stage, untilPrepared } from '../support/stage.js';

describe('a document edited before the launch', () => {
  it('is planned anew, so that the failure of the document before is not blamed on it', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe');
    const first = stage.calls.find(({ name }) => name === 'plan');
    stage.desire({ anchorKey: 'key-b' });
    expect(first?.signal.aborted).toBe(true);
    expect(stage.count('plan')).toBe(2);

    await stage.done('plan');
    expect(stage.state).toBe('pending.admitting');
    expect(stage.context.built).toEqual({ anchorKey: 'key-b', generation: 2 });
  });

  it.each([
    ['admitting', untilPrepared.slice(0, 2)],
    ['reserving', untilPrepared.slice(0, 3)],
    ['preparing', untilPrepared.slice(0, 4)],
  ])('gives up what was %s, plans anew, and counts no failure', async (inside, steps) => {
    const stage = new Stage(wanted());
    await stage.through(...steps);
    expect(stage.state).toBe(`pending.${inside}`);

    stage.desire({ anchorKey: 'key-b' });
    expect(stage.state).toBe('pending.releasing');
    await stage.done('release');

    expect(stage.state).toBe('pending.planning');
    expect(stage.context).toMatchObject({ failures: 0, lastEnd: null });
  });
});
