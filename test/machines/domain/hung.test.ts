import { describe, expect, it } from 'vitest';
import { wanted } from '../support/documents.js';
import { running } from '../support/stage.js';

const hangs = { type: 'guest.unresponsive', reason: '3 liveness checks failed' } as const;

describe('a guest that does not answer its liveness checks', () => {
  it('is degraded and left alone where the document says report, and is well again when it answers', async () => {
    const stage = await running();
    stage.see(hangs);
    expect(stage.state).toBe('anchored.running.degraded');
    expect(stage.context.unresponsive).toBe(hangs.reason);
    await stage.wait(600_000);
    expect(stage.state).toBe('anchored.running.degraded');

    stage.see({ type: 'guest.responsive' });
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context.unresponsive).toBeNull();
  });

  it('is ended where the document says restart, without asking the guest, and its end is a failure of that name', async () => {
    const stage = await running(wanted({ whenUnresponsive: 'restart' }));
    stage.see(hangs);
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.quitting');
    expect(stage.context.end).toMatchObject({ cause: 'unresponsive', message: hangs.reason });
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    await stage.through('capture', 'reap');
    expect(stage.state).toBe('backoff');
    expect(stage.context).toMatchObject({ failures: 1, unresponsive: null, lastEnd: { cause: 'unresponsive', rung: 'quit' } });
  });

  it('is ended when the document is edited to say so, and one that is wanted paused is not', async () => {
    const stage = await running();
    stage.see(hangs);
    stage.desire({ power: 'paused', whenUnresponsive: 'restart' });
    expect(stage.state).toBe('anchored.running.pausing');
    await stage.done('pause');
    expect(stage.state).toBe('anchored.running.paused');

    stage.desire({ power: 'running' });
    expect(stage.context.end).toMatchObject({ cause: 'unresponsive' });
  });

  it('is not what a run ended by that the document, or the guest, has ended', async () => {
    const stage = await running(wanted({ whenUnresponsive: 'restart' }));
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    stage.see(hangs);
    expect(stage.context.end).toMatchObject({ cause: 'guest-power-off' });

    const halted = await running(wanted({ whenUnresponsive: 'report' }));
    halted.see(hangs);
    halted.desire({ power: 'halted' });
    expect(halted.context.end).toMatchObject({ cause: 'desired-halt' });
  });

  it('begins anew with the next incarnation', async () => {
    const stage = await running();
    stage.see(hangs);
    stage.see({ type: 'anchor.exited', exit: { code: 1, signal: null } });
    await stage.through('capture', 'reap');
    expect(stage.context.unresponsive).toBeNull();
  });
});

describe('a watchdog that ran out', () => {
  it('is told and nothing more where its action is none', async () => {
    const stage = await running();
    stage.see({ type: 'guest.watchdog', action: 'none' });
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context).toMatchObject({ end: null, problem: { reason: 'WATCHDOG_EXPIRED', retryable: true } });
  });

  it.each(['reset', 'inject-nmi', 'debug'])('says nothing where QEMU has acted by itself: %s', async (action) => {
    const stage = await running();
    stage.see({ type: 'guest.watchdog', action });
    expect(stage.context).toMatchObject({ end: null, problem: null });
  });

  it('ends the run where it stopped the guest', async () => {
    const stage = await running();
    stage.see({ type: 'guest.watchdog', action: 'pause' });
    stage.see({ type: 'guest.state', state: 'watchdog' });
    expect(stage.context.end).toMatchObject({ cause: 'watchdog', message: 'the guest did not feed its watchdog, whose action is pause' });
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.quitting');
  });
});
