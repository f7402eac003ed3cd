import { describe, expect, it } from 'vitest';
import { type Rung, rungs } from '../../../src/machines/observations.js';
import { livingAnchor, wanted } from '../support/documents.js';
import { asleep, sleeping } from '../support/sleeping.js';
import { Stage } from '../support/stage.js';

const silent = { code: 'AGENT_SILENT', message: 'no answer', retryable: true };

describe('a guest that sleeps and must end', () => {
  /** It sleeps, and every rung is there. */
  async function adopted(ladder: readonly Rung[] = rungs): Promise<Stage> {
    const stage = new Stage(wanted({ power: 'suspended' }));
    await stage.done('observe', livingAnchor({ ladder }));
    await stage.done('connect', 'suspended');
    stage.remove();
    await stage.done('note');
    return stage;
  }

  it('is woken, so that it can be asked', async () => {
    const stage = await adopted();
    expect([stage.state, stage.context.rung]).toEqual(['anchored.halting.waking', null]);
    await stage.done('resume');
    expect(stage.state).toBe('anchored.halting.asking');
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    await stage.done('reap');
    expect(stage.context.lastEnd).toMatchObject({ cause: 'removed', rung: 'ask', later: [] });
  });

  it('is waited for while it is woken, for longer than xl may take with a guest that has a QEMU', async () => {
    const stage = await adopted();
    await stage.wait(14_000);
    expect(stage.state).toBe('anchored.halting.waking');
    await stage.done('resume');
    expect(stage.state).toBe('anchored.halting.asking');
  });

  it('is woken, so that its button can be pressed, where nobody can be asked', async () => {
    const stage = await adopted(['press', 'quit', 'kill']);
    await stage.done('resume');
    expect(stage.state).toBe('anchored.halting.pressing');
  });

  it.each([
    [['ask', 'quit', 'kill'], 'asking'],
    [['press', 'quit', 'kill'], 'pressing'],
  ] as const)('is told so as soon as it is seen awake, whenever that is answered: %s', async (ladder, state) => {
    const stage = await adopted(ladder);
    stage.see({ type: 'guest.state', state: 'running' });
    expect([stage.state, stage.context.problem]).toEqual([`anchored.halting.${state}`, null]);
    stage.see(asleep);
    expect([stage.state, stage.count('resume')]).toEqual(['anchored.halting.waking', 2]);
  });

  it.each([
    ['cannot be woken', (stage: Stage) => stage.fail('resume', silent)],
    ['is not woken in time', (stage: Stage) => stage.wait(15_000)],
    ['does not stay awake', (stage: Stage) => stage.done('resume', 'suspended')],
  ])('is ended without being asked where it %s', async (_, act) => {
    const stage = await adopted();
    await act(stage);
    expect([stage.state, stage.count('resume'), stage.count('ask')]).toEqual(['anchored.halting.quitting', 1, 0]);
  });

  it('is woken once more where it fell asleep while it was asked, and not again', async () => {
    const stage = await adopted();
    await stage.done('resume');
    stage.see(asleep);
    expect(stage.state).toBe('anchored.halting.waking');
    await stage.done('resume');
    expect(stage.state).toBe('anchored.halting.asking');
    stage.see(asleep);
    expect([stage.state, stage.count('resume'), stage.count('ask')]).toEqual(['anchored.halting.quitting', 2, 2]);
  });

  it('is seen off where it goes off, or is gone, while it is woken', async () => {
    const off = await adopted();
    off.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    expect(off.state).toBe('anchored.halting.quitting');

    const gone = await adopted();
    gone.see({ type: 'anchor.exited', exit: { code: null, signal: 'SIGKILL' } });
    expect(gone.state).toBe('anchored.halting.reaping');
  });

  it('is not woken over a channel that does not answer, nor where no gentle rung is left', async () => {
    const stage = await sleeping();
    stage.see({ type: 'channel.silent', forMilliseconds: 1 });
    stage.remove();
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.terminating');

    expect((await adopted(['quit', 'kill'])).state).toBe('anchored.halting.quitting');
  });

  it.each([
    [['ask', 'quit', 'kill'], 'asking'],
    [['press', 'quit', 'kill'], 'pressing'],
  ] as const)('is told so at once where it was about to sleep, and woken where it falls asleep then: %s', async (ladder, state) => {
    const stage = new Stage(wanted({ power: 'suspended' }));
    await stage.done('observe', livingAnchor({ ladder }));
    await stage.done('connect', 'running');
    expect(stage.state).toBe('anchored.running.suspending');
    stage.desire({ power: 'halted' });
    await stage.done('note');
    expect(stage.state).toBe(`anchored.halting.${state}`);
    stage.see(asleep);
    expect(stage.state).toBe('anchored.halting.waking');
    await stage.done('resume');
    expect(stage.state).toBe(`anchored.halting.${state}`);
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    expect(stage.state).toBe('anchored.halting.quitting');
  });
});
