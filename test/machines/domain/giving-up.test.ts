import { describe, expect, it } from 'vitest';
import { endOf, nothingThere, wanted } from '../support/documents.js';
import { Stage, untilPrepared } from '../support/stage.js';

const preparations = [
  ['planning', untilPrepared.slice(0, 1)],
  ['admitting', untilPrepared.slice(0, 2)],
  ['reserving', untilPrepared.slice(0, 3)],
  ['preparing', untilPrepared.slice(0, 4)],
] as const;

describe.each(preparations)('a domain that is %s', (inside, steps) => {
  it('gives up when its document is taken away, and is gone once all is given back', async () => {
    const stage = new Stage(wanted());
    await stage.through(...steps);
    const asked = stage.calls.at(-1);
    expect(stage.state).toBe(`pending.${inside}`);
    stage.remove();
    expect(asked?.signal.aborted).toBe(true);
    expect(stage.state).toBe('pending.releasing');
    expect(stage.inputOf('release')).toEqual({ name: 'hello', incarnation: 0 });
    await stage.done('release');
    expect(stage.state).toBe('gone');
  });

  it('gives up when it is wanted halted, and starts when it is wanted again', async () => {
    const stage = new Stage(wanted());
    await stage.through(...steps);
    stage.desire({ power: 'halted' });
    await stage.done('release');
    expect(stage.state).toBe('halted');
    expect(stage.context).toMatchObject({ built: null, lastEnd: null, failures: 0 });
    stage.desire({ power: 'running' });
    expect(stage.state).toBe('pending.planning');
  });
});

describe('a preparation that failed', () => {
  it.each(['reserve', 'prepare'] as const)('no longer shows what it waited for once it has it (%s)', async (effect) => {
    const stage = new Stage(wanted());
    await stage.through(...untilPrepared.slice(0, untilPrepared.indexOf(effect)));
    stage.actor.send({ type: 'effect.waiting', problem: { reason: 'CLAIM_HELD', message: 'disk.img is held by another', retryable: true } });
    expect(stage.context.problem?.reason).toBe('CLAIM_HELD');
    await stage.done(effect);
    expect(stage.context.problem).toBeNull();
  });

  it('is the last end of a domain that is wanted halted meanwhile', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe');
    await stage.fail('plan', Object.assign(new Error('no such field'), { code: 'PLAN_REFUSED' }));
    stage.desire({ power: 'halted' });
    await stage.done('release');
    expect(stage.state).toBe('halted');
    expect(stage.context).toMatchObject({ end: null, lastEnd: { cause: 'plan-failed' } });
  });

  it('counts no more against the document that replaces it', async () => {
    const stage = new Stage(wanted());
    await stage.through('observe', 'plan');
    await stage.fail('admit', Object.assign(new Error('never fits'), { code: 'NEVER_FITS' }));
    stage.desire({ anchorKey: 'key-b' });
    await stage.done('release');
    expect(stage.state).toBe('pending.planning');
    expect(stage.context).toMatchObject({ end: null, built: null, lastEnd: { cause: 'prepare-failed', generation: 1 } });
  });
});

describe('a domain at rest', () => {
  it.each([
    ['halted', async (stage: Stage) => {
      stage.desire({ power: 'halted' });
      await stage.done('observe');
    }],
    ['backoff', async (stage: Stage) => {
      await stage.done('observe');
      await stage.fail('plan', Object.assign(new Error('not yet'), { retryable: true }));
      await stage.done('release');
    }],
    ['failed', async (stage: Stage) => {
      await stage.done('observe');
      await stage.fail('plan');
      await stage.done('release');
    }],
  ])('is gone when its document is taken away: %s', async (resting, reach) => {
    const stage = new Stage(wanted());
    await reach(stage);
    expect(stage.state).toBe(resting);
    stage.remove();
    expect(stage.state).toBe('gone');
  });

  it.each([
    ['backoff', true],
    ['failed', false],
  ])('halts, starts for another document, and is retried when told to: %s', async (resting, retryable) => {
    const rest = async (): Promise<Stage> => {
      const stage = new Stage(wanted());
      await stage.done('observe');
      await stage.fail('plan', Object.assign(new Error('no'), { retryable }));
      await stage.done('release');
      expect(stage.state).toBe(resting);
      return stage;
    };
    const [halted, edited, told] = [await rest(), await rest(), await rest()];
    halted.desire({ power: 'halted' });
    expect(halted.state).toBe('halted');
    edited.desire({});
    expect(edited.state).toBe('pending.planning');
    told.retry();
    expect(told.state).toBe('pending.planning');
  });

  it('is retried when it is halted by itself, and not when its document wants it halted', async () => {
    const stage = new Stage(wanted({ restart: { ...wanted().restart, policy: 'Never' } }));
    await stage.done('observe', { ...nothingThere, incarnation: 1, end: endOf({ cause: 'guest-power-off' }) });
    expect(stage.state).toBe('halted');
    stage.retry();
    expect(stage.state).toBe('pending.planning');

    const wantedSo = new Stage(wanted({ power: 'halted' }));
    await wantedSo.done('observe');
    wantedSo.retry();
    expect(wantedSo.state).toBe('halted');
  });
});
