import { describe, expect, it } from 'vitest';
import { livingAnchor, wanted } from '../support/documents.js';
import { Stage, running } from '../support/stage.js';

async function asked(): Promise<Stage> {
  const stage = await running();
  stage.desire({ power: 'halted' });
  await stage.done('note');
  return stage;
}

describe('the ladder of halting', () => {
  it('presses the button, and the guest powers itself off', async () => {
    const stage = await asked();
    expect(stage.state).toBe('anchored.halting.pressing');
    stage.see({ type: 'guest.button' });
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    expect(stage.state).toBe('anchored.halting.quitting');
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    expect(stage.inputOf('reap').end).toMatchObject({ cause: 'desired-halt', rung: 'press', exit: { code: 0, signal: null } });
    await stage.done('reap');

    expect(stage.state).toBe('halted');
    expect(stage.context).toMatchObject({ anchor: null, built: null, end: null, failures: 0, channel: 'none' });
    expect(stage.context.lastEnd).toMatchObject({ cause: 'desired-halt', rung: 'press', later: [] });
    expect(stage.count('capture')).toBe(0);
  });

  it('puts why on record before anything is done about it', async () => {
    const stage = await running();
    stage.desire({ power: 'halted' });
    expect(stage.state).toBe('anchored.halting.noting');
    expect(stage.inputOf('note')).toMatchObject({ name: 'hello', incarnation: 1, end: { cause: 'desired-halt' } });
    expect(stage.underWay).toEqual(['note']);
    await stage.done('note');
    expect(stage.underWay).toEqual(['press']);
  });

  it.each([
    ['fails', async (stage: Stage) => stage.fail('note', { code: 'FILE_WRITE_FAILED', message: 'no space' })],
    ['takes too long', async (stage: Stage) => stage.wait(2_000)],
  ])('does not depend on a record that %s', async (_, act) => {
    const stage = await running();
    stage.desire({ power: 'halted' });
    await act(stage);
    expect(stage.state).toBe('anchored.halting.pressing');
  });

  it('leaves the record alone when the anchor is gone meanwhile', async () => {
    const stage = await running();
    stage.desire({ power: 'halted' });
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    expect(stage.state).toBe('anchored.halting.reaping');
    expect(stage.context.end).toMatchObject({ cause: 'desired-halt', rung: null });
  });

  it('has no way back when the document changes its mind', async () => {
    const stage = await running();
    stage.desire({ power: 'halted' });
    stage.desire({ power: 'running' });
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.pressing');
  });

  it('climbs from rung to rung, each at its deadline', async () => {
    const stage = await asked();
    await stage.wait(7_000);
    expect(stage.state).toBe('anchored.halting.quitting');
    await stage.wait(1_500);
    expect(stage.state).toBe('anchored.halting.terminating');
    await stage.wait(1_600);
    expect(stage.state).toBe('anchored.halting.killing');
    await stage.wait(1_700);
    expect(stage.state).toBe('anchored.halting.unkillable');
    expect(stage.context.problem).toMatchObject({ reason: 'ANCHOR_UNKILLABLE', message: expect.stringContaining('keeps its resources') as unknown, retryable: true });
    await stage.wait(1_000);
    expect(stage.state).toBe('anchored.halting.killing');
    expect(stage.context.rung).toBe('kill');
  });

  it('says why the anchor does not end, where that can be seen', async () => {
    const stage = await asked();
    for (const rung of ['press', 'quit', 'terminate'] as const) await stage.fail(rung);
    const problem = { reason: 'ANCHOR_UNKILLABLE', message: 'pid 4711 is in uninterruptible sleep', retryable: true };
    stage.actor.send({ type: 'effect.waiting', problem });
    expect(stage.context.problem).toEqual(problem);
    await stage.wait(1_700);
    expect(stage.state).toBe('anchored.halting.unkillable');
    expect(stage.context.problem).toEqual(problem);
  });

  it('is over for a domain whose document is gone: it is gone as well, with its end', async () => {
    const stage = await running();
    stage.remove();
    await stage.done('note');
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    expect(stage.inputOf('reap')).toMatchObject({ removed: true, end: { cause: 'removed' } });
    await stage.done('reap');
    expect(stage.state).toBe('gone');
    expect(stage.context).toMatchObject({ anchor: null, end: null, lastEnd: { cause: 'removed', rung: 'press' } });
  });

  it('climbs at once where a rung fails', async () => {
    const stage = await asked();
    await stage.fail('press');
    expect(stage.state).toBe('anchored.halting.quitting');
    await stage.fail('quit');
    expect(stage.state).toBe('anchored.halting.terminating');
    await stage.fail('terminate');
    expect(stage.state).toBe('anchored.halting.killing');
    await stage.fail('kill');
    expect(stage.state).toBe('anchored.halting.unkillable');
  });

  it('passes over the rungs that the adapter does not serve', async () => {
    const stage = new Stage(wanted({ power: 'halted' }));
    await stage.done('observe', livingAnchor({ ladder: ['press', 'kill'] }));
    await stage.done('connect', 'running');
    await stage.done('note');
    await stage.fail('press');

    expect(stage.state).toBe('anchored.halting.killing');
    expect([stage.count('quit'), stage.count('terminate')]).toEqual([0, 0]);
  });

  it('does not go through a dead channel to kill', async () => {
    const stage = await running();
    stage.see({ type: 'channel.silent', forMilliseconds: 5_000 });
    stage.remove();
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.terminating');
  });

  it('records the rung that ended it, also where nobody saw the exit', async () => {
    const stage = await asked();
    await stage.fail('press');
    await stage.fail('quit');
    await stage.fail('terminate');
    await stage.done('kill');

    expect(stage.inputOf('reap').end).toMatchObject({ cause: 'desired-halt', rung: 'kill', exit: null });
  });

  it('goes on from the button when the guest is off, and does not take the credit for it', async () => {
    const stage = await running();
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.quitting');
    await stage.fail('quit');
    stage.see({ type: 'anchor.exited', exit: { code: null, signal: 'SIGTERM' } });

    expect(stage.inputOf('reap').end).toMatchObject({ cause: 'guest-power-off', rung: null });
  });
});

describe('an end that cannot be confirmed', () => {
  it('releases nothing, and kills although the anchor was seen to exit', async () => {
    const stage = await running();
    stage.see({ type: 'anchor.exited', exit: { code: 1, signal: null } });
    await stage.done('capture', { evidence: '/evidence/1', lastWords: 'no space' });
    await stage.fail('reap', new Error('a process with its marker lives'));
    expect(stage.state).toBe('anchored.halting.unconfirmed');

    await stage.wait(1_000);
    expect(stage.state).toBe('anchored.halting.killing');
    await stage.done('kill');
    expect(stage.inputOf('reap').end).toMatchObject({ cause: 'vmm-exit', rung: null, exit: { code: 1, signal: null }, evidence: '/evidence/1' });
    expect(stage.count('capture')).toBe(1);
  });

  it('tries to capture again what could not be captured, and says the last words once', async () => {
    const stage = await running();
    stage.see({ type: 'anchor.exited', exit: { code: 1, signal: null } });
    for (let round = 0; round < 3; round++) {
      await stage.done('capture', { evidence: null, lastWords: 'no space' });
      await stage.wait(10_000);
      expect(stage.state).toBe('anchored.halting.unconfirmed');
      await stage.wait(1_000);
      await stage.done('kill');
    }

    expect(stage.context.end?.message).toBe('the anchor exited with code 1: no space');
  });
});
