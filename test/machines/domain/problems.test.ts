import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/machines/domain/problem.js';
import { wanted, withPolicy } from '../support/documents.js';
import { Stage, running, untilPrepared } from '../support/stage.js';

const refusal = (retryable: boolean): Error => Object.assign(new Error('no hypervisor fits'), { code: 'PLAN_NO_FIT', cure: 'install one', retryable });

describe('a plan that fails', () => {
  it('is final where time cannot mend it, until another document comes', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe');
    await stage.fail('plan', refusal(false));
    await stage.done('release');

    expect(stage.state).toBe('failed');
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(true);
    expect(stage.context.problem).toEqual({ reason: 'PLAN_NO_FIT', message: 'no hypervisor fits; install one', retryable: false });
    expect(stage.context.lastEnd).toMatchObject({ cause: 'plan-failed', generation: 1 });
    stage.desire({});
    expect(stage.state).toBe('pending.planning');
  });

  it('is tried again where time can mend it, whatever the policy says of guests', async () => {
    const stage = new Stage(withPolicy('Never'));
    await stage.done('observe');
    await stage.fail('plan', refusal(true));
    await stage.done('release');

    expect(stage.state).toBe('backoff');
    await stage.wait(1_100);
    expect(stage.state).toBe('pending.planning');
  });

  it.each([true, false])('is judged by its own error, not by that of giving back (retryable: %s)', async (retryable) => {
    const stage = new Stage(wanted());
    await stage.done('observe');
    await stage.fail('plan', refusal(retryable));
    await stage.fail('release', Object.assign(new Error('busy'), { retryable: !retryable }));
    expect(stage.state).toBe('pending.releaseLater');
    await stage.wait(1_000);
    await stage.done('release');

    expect(stage.state).toBe(retryable ? 'backoff' : 'failed');
  });

  it('takes too long', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe');
    await stage.wait(15_000);
    await stage.done('release');
    expect(stage.state).toBe('backoff');
    expect(stage.context.lastEnd?.message).toBe('no plan was made in time');
  });
});

describe('the problem of a domain', () => {
  it('is what a preparation waits for, and goes with it', async () => {
    const stage = new Stage(wanted());
    await stage.through('observe', 'plan');
    const problem = { reason: 'INSUFFICIENT_MEMORY', message: 'needs 64 MiB', retryable: true };
    stage.actor.send({ type: 'effect.waiting', problem });
    expect(stage.context.problem).toEqual(problem);
    await stage.wait(60_000);
    expect(stage.count('admit')).toBe(2);
    await stage.done('admit');
    expect(stage.context.problem).toBeNull();
  });

  it('is not what an effect waits for that is over', async () => {
    const stage = await running();
    stage.actor.send({ type: 'effect.waiting', problem: { reason: 'INSUFFICIENT_MEMORY', message: 'needs 64 MiB', retryable: true } });
    expect(stage.context.problem).toBeNull();
  });

  it('does not outlive a run that it did not end', async () => {
    const stage = await running();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    stage.see({ type: 'anchor.exited', exit: { code: null, signal: 'SIGKILL' } });
    await stage.through('capture', 'reap');

    expect(stage.state).toBe('backoff');
    expect(stage.context.problem).toBeNull();
    expect(stage.context.lastEnd?.message).toBe('the anchor was ended by SIGKILL');
  });

  it('stays where the run ended by it', async () => {
    const stage = new Stage(wanted());
    await stage.through(...untilPrepared);
    await stage.fail('launch', Object.assign(new Error('no such program'), { code: 'LAUNCH_NOT_FOUND' }));
    await stage.done('capture', { evidence: null, lastWords: 'last words' });
    await stage.done('reap');

    expect(stage.state).toBe('backoff');
    expect(stage.context.problem?.reason).toBe('LAUNCH_NOT_FOUND');
    expect(stage.context.lastEnd).toMatchObject({ cause: 'launch-failed', message: 'no such program: last words' });
  });
});

describe('a thrown thing, as a problem', () => {
  it.each([
    [new Error('broken'), { reason: 'UNEXPECTED', message: 'broken', retryable: false }],
    [{ code: 'X', message: 'm', cure: 'c', retryable: true }, { reason: 'X', message: 'm; c', retryable: true }],
    [{ code: 7, message: 8, cure: 9, retryable: 'yes' }, { reason: 'UNEXPECTED', message: '8', retryable: false }],
    ['words', { reason: 'UNEXPECTED', message: 'words', retryable: false }],
    [null, { reason: 'UNEXPECTED', message: 'null', retryable: false }],
    [undefined, { reason: 'UNEXPECTED', message: 'undefined', retryable: false }],
  ])('%o', (thrown, problem) => {
    expect(problemOf(thrown)).toEqual(problem);
  });
});
