import { describe, expect, it } from 'vitest';
import { wanted } from '../support/documents.js';
import { Stage } from '../support/stage.js';

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
});
