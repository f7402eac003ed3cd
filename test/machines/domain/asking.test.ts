import { describe, expect, it } from 'vitest';
import { rungs } from '../../../src/machines/observations.js';
import { endOf, livingAnchor, someAnchor, wanted } from '../support/documents.js';
import { Stage } from '../support/stage.js';

describe('the rung before the button', () => {
  /** A running guest whose plan has every rung. */
  async function listening(): Promise<Stage> {
    const stage = new Stage(wanted({ power: 'halted' }));
    await stage.done('observe', livingAnchor({ ladder: rungs }));
    await stage.done('connect', 'running');
    return stage;
  }

  it('asks somebody inside the guest, who shuts it down', async () => {
    const stage = await listening();
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.asking');
    expect(stage.context.rung).toBe('ask');
    expect(stage.inputOf('ask')).toEqual({ name: 'hello', incarnation: 3, anchor: someAnchor, again: 3_000 });
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    expect(stage.state).toBe('anchored.halting.quitting');
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    await stage.done('reap');

    expect(stage.context.lastEnd).toMatchObject({ cause: 'desired-halt', rung: 'ask', later: [] });
    expect(stage.count('press')).toBe(0);
  });

  it('presses the button after the deadline', async () => {
    const stage = await listening();
    await stage.done('note');
    await stage.wait(7_999);
    expect(stage.state).toBe('anchored.halting.asking');
    await stage.wait(1);
    expect(stage.state).toBe('anchored.halting.pressing');
    expect(stage.context.rung).toBe('press');
  });

  it('presses the button at once where asking again would not help, and says why', async () => {
    const stage = await listening();
    await stage.done('note');
    await stage.fail('ask', { code: 'AGENT_REFUSED', message: 'not allowed' });
    expect(stage.state).toBe('anchored.halting.pressing');
    expect(stage.context.problem).toMatchObject({ reason: 'AGENT_REFUSED', message: 'not allowed' });
  });

  it('is collected where the anchor goes meanwhile', async () => {
    const stage = await listening();
    await stage.done('note');
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    expect(stage.state).toBe('anchored.halting.reaping');
    expect(stage.inputOf('reap').end).toMatchObject({ cause: 'desired-halt', rung: 'ask' });
  });

  it('says whom it does not reach, and goes on asking', async () => {
    const stage = await listening();
    await stage.done('note');
    const problem = { reason: 'AGENT_SILENT', message: 'no answer', retryable: true };
    stage.actor.send({ type: 'effect.waiting', problem });
    expect(stage.state).toBe('anchored.halting.asking');
    expect(stage.context.problem).toEqual(problem);
  });

  it('is passed over where nobody listens: the guest is off already', async () => {
    const stage = await listening();
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.quitting');
    expect(stage.count('ask')).toBe(0);
  });

  it.each([
    ['the guest does not run', (stage: Stage) => stage.see({ type: 'guest.state', state: 'paused' }), 'anchored.halting.quitting'],
    ['the channel does not answer', (stage: Stage) => stage.see({ type: 'channel.silent', forMilliseconds: 1 }), 'anchored.halting.terminating'],
  ])('is passed over where %s', async (_, act, state) => {
    const stage = await listening();
    act(stage);
    await stage.done('note');
    expect(stage.state).toBe(state);
    expect([stage.count('ask'), stage.count('press')]).toEqual([0, 0]);
  });

  it('is not for a guest that failed: nothing is expected of it', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', livingAnchor({ ladder: rungs, ending: endOf({ cause: 'unresponsive' }) }));
    await stage.done('connect', 'running');
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.quitting');
  });

  it('leads to the next rung that the plan has', async () => {
    const stage = new Stage(wanted({ power: 'halted' }));
    await stage.done('observe', livingAnchor({ ladder: ['ask', 'quit', 'kill'] }));
    await stage.done('connect', 'running');
    await stage.done('note');
    await stage.wait(8_000);
    expect(stage.state).toBe('anchored.halting.quitting');
    expect(stage.count('press')).toBe(0);
  });
});
