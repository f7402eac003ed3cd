import { describe, expect, it } from 'vitest';
import { endOf, leftBehind, livingAnchor, nothingThere, wanted, withPolicy } from '../support/documents.js';
import { Stage } from '../support/stage.js';

describe('an anchor that ended while no engine watched', () => {
  it('is captured and reaped before anything else, and its restart policy decides', async () => {
    const stage = new Stage(withPolicy('Never'));
    await stage.done('observe', leftBehind({ failures: 2 }));
    expect(stage.state).toBe('anchored.halting.capturing');
    await stage.done('capture');
    expect(stage.inputOf('reap')).toMatchObject({ incarnation: 3, anchor: null, failures: 3, end: { cause: 'vmm-gone', generation: 1, evidence: '/evidence/1' } });
    await stage.done('reap');

    expect(stage.state).toBe('failed');
    expect(stage.context).toMatchObject({ failures: 3, incarnation: 3 });
    expect(stage.context.lastEnd?.message).toBe('the anchor ended while no engine watched: no such process');
  });

  it.each([
    [{ removed: true }, 'gone'],
    [{ power: 'halted' }, 'halted'],
  ] as const)('leaves nothing behind where the document is %o', async (over, expected) => {
    const stage = new Stage(wanted(over));
    await stage.done('observe', leftBehind());
    await stage.through('capture', 'reap');
    expect(stage.state).toBe(expected);
  });

  it('starts at once as the generation that it was edited to', async () => {
    const stage = new Stage(wanted({ anchorKey: 'key-b', generation: 2 }));
    await stage.done('observe', leftBehind());
    await stage.through('capture', 'reap');
    expect(stage.state).toBe('pending.planning');
  });

  it.each([
    ['removed', 'pending.planning'],
    ['guest-power-off', 'halted'],
    ['panic', 'backoff'],
  ] as const)('ended by what an engine had put on record: %s', async (cause, expected) => {
    const ending = endOf({ cause, message: 'why' });
    const stage = new Stage(withPolicy('OnFailure'));
    await stage.done('observe', leftBehind({ unreaped: { anchorKey: 'key-a', generation: 1, lived: true, ending } }));
    if (cause === 'panic') await stage.done('capture');
    await stage.done('reap');

    expect(stage.state).toBe(expected);
    expect(stage.context.lastEnd).toMatchObject({ cause, message: 'why', later: ['vmm-gone: the anchor ended while no engine watched: no such process'] });
  });

  it('is not blamed for an engine that ended while it launched', async () => {
    const stage = new Stage(withPolicy('Never'));
    await stage.done('observe', leftBehind({ unreaped: { anchorKey: 'key-a', generation: 1, lived: false, ending: null } }));
    expect(stage.state).toBe('anchored.halting.reaping');
    await stage.done('reap');

    expect(stage.state).toBe('pending.planning');
    expect(stage.context).toMatchObject({ failures: 0, lastEnd: { cause: 'launch-interrupted' } });
  });

  it('is not taken for the run before it, whose end the record still tells', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', leftBehind({ end: endOf({ cause: 'guest-power-off' }) }));
    await stage.through('capture', 'reap');
    expect(stage.state).toBe('backoff');
    expect(stage.context.lastEnd?.cause).toBe('vmm-gone');
  });
});

describe('a domain whose last run was reaped', () => {
  const ended = (cause: 'guest-power-off' | 'vmm-exit', generation = 1) => ({ ...nothingThere, incarnation: 4, failures: 1, end: endOf({ cause, generation }) });

  it.each([
    ['guest-power-off', 'Always', 'pending.planning'],
    ['guest-power-off', 'OnFailure', 'halted'],
    ['vmm-exit', 'OnFailure', 'backoff'],
    ['vmm-exit', 'Never', 'failed'],
  ] as const)('after %s under %s: %s', async (cause, policy, expected) => {
    const stage = new Stage(withPolicy(policy));
    await stage.done('observe', ended(cause));
    expect(stage.state).toBe(expected);
    expect(stage.context).toMatchObject({ incarnation: 4, failures: 1 });
  });

  it('starts when its document was edited since', async () => {
    const stage = new Stage(wanted({ generation: 2, restart: withPolicy('Never').restart }));
    await stage.done('observe', ended('vmm-exit'));
    expect(stage.state).toBe('pending.planning');
  });

  it('ends as gone when no document names it', async () => {
    const stage = new Stage(wanted({ removed: true }));
    await stage.done('observe', ended('vmm-exit'));
    expect(stage.state).toBe('gone');
    expect(stage.actor.getSnapshot().status).toBe('done');
  });
});

describe('adopting', () => {
  it('remembers the generation of another device model', async () => {
    const stage = new Stage(wanted({ anchorKey: 'key-b', generation: 7, onChange: 'defer' }));
    await stage.done('observe', livingAnchor({ generation: 2 }));
    expect(stage.context.built).toEqual({ anchorKey: 'key-a', generation: 2 });
  });
});
