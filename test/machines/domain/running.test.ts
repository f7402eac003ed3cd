import { describe, expect, it } from 'vitest';
import { wanted } from '../support/documents.js';
import { Stage, running, untilReady } from '../support/stage.js';

describe('pause and resume', () => {
  it('follows the document', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    expect(stage.state).toBe('anchored.running.pausing');
    await stage.done('pause');
    expect(stage.state).toBe('anchored.running.paused');

    stage.desire({ power: 'running' });
    await stage.done('resume');
    expect(stage.state).toBe('anchored.running.healthy');
  });

  it('tries again, and says so, where the guest cannot be paused in time', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.wait(5_000);
    expect(stage.state).toBe('anchored.running.retrying');
    expect(stage.context.problem).toMatchObject({ reason: 'DEADLINE', message: 'the guest was not paused in time' });

    await stage.wait(1_000);
    await stage.fail('pause', Object.assign(new Error('busy'), { code: 'CHANNEL_BUSY', retryable: true }));
    expect(stage.context.problem).toEqual({ reason: 'CHANNEL_BUSY', message: 'busy', retryable: true });
    await stage.wait(1_000);
    await stage.done('pause');
    expect(stage.state).toBe('anchored.running.paused');
    expect(stage.context.problem).toBeNull();
  });

  it('lets a guest go on that an operator paused', async () => {
    const stage = await running();
    stage.see({ type: 'guest.state', state: 'paused' });
    expect(stage.state).toBe('anchored.running.resuming');
    await stage.wait(5_000);
    expect(stage.context.problem?.message).toBe('the guest was not resumed in time');
  });

  it('pauses again a guest that an operator let go', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.done('pause');
    stage.see({ type: 'guest.state', state: 'running' });

    expect(stage.state).toBe('anchored.running.pausing');
  });

  it('opens the channel again under a paused guest', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.done('pause');
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    expect(stage.state).toBe('anchored.running.reconnecting');
    await stage.done('connect', 'paused');
    expect(stage.state).toBe('anchored.running.paused');
  });
});

describe('a disk that could not be written', () => {
  it('lets the guest run again after a while, until there is room', async () => {
    const stage = await running();
    stage.see({ type: 'guest.io-error', device: 'vda', reason: 'no space' });
    stage.see({ type: 'guest.state', state: 'io-error' });
    expect(stage.state).toBe('anchored.running.io-error');
    expect(stage.context.problem?.reason).toBe('IO_ERROR');
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(true);
    await stage.wait(5_000);
    expect(stage.state).toBe('anchored.running.resuming');
    await stage.done('resume', 'io-error');
    await stage.wait(1_000);
    expect(stage.state).toBe('anchored.running.io-error');
    stage.see({ type: 'guest.state', state: 'running' });

    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context.problem).toBeNull();
  });

  it('is seen also when the guest was unwell for another reason before', async () => {
    const stage = await running();
    stage.see({ type: 'channel.silent', forMilliseconds: 5_000 });
    await stage.wait(20_000);
    stage.see({ type: 'guest.state', state: 'io-error' });
    stage.see({ type: 'channel.answering' });
    await stage.wait(5_000);

    expect(stage.state).toBe('anchored.running.resuming');
  });

  it('leaves stopped a guest that is wanted paused', async () => {
    const stage = await running();
    stage.see({ type: 'guest.state', state: 'io-error' });
    stage.desire({ power: 'paused' });
    expect(stage.state).toBe('anchored.running.paused');

    stage.desire({ power: 'running' });
    expect(stage.state).toBe('anchored.running.resuming');
  });
});

describe('a channel that does not answer', () => {
  it.each(['paused', 'io-error'] as const)('is not asked to let a guest go on that is %s', async (state) => {
    const stage = await running();
    stage.see({ type: 'channel.silent', forMilliseconds: 5_000 });
    stage.see({ type: 'guest.state', state });
    expect(stage.state).toBe('anchored.running.degraded');
    stage.desire({ power: 'paused' });
    expect(stage.state).toBe('anchored.running.degraded');
  });

  it('has a guest let go that was found before its first instruction', async () => {
    const stage = await running();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    await stage.done('connect', 'prelaunch');
    expect(stage.state).toBe('anchored.running.resuming');
  });

  it('degrades the domain, and nothing more', async () => {
    const stage = await running();
    stage.see({ type: 'channel.silent', forMilliseconds: 5_000 });
    expect(stage.state).toBe('anchored.running.degraded');
    await stage.wait(600_000);
    expect(stage.state).toBe('anchored.running.degraded');
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(true);
    stage.see({ type: 'channel.answering' });

    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(false);
  });

  it('is opened again when it was lost, until the anchor is seen to be gone', async () => {
    const stage = await running();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(true);
    await stage.fail('connect');
    await stage.wait(1_000);
    expect(stage.state).toBe('anchored.running.reconnecting');
    await stage.wait(4_000);
    expect(stage.state).toBe('anchored.running.retrying');
    stage.see({ type: 'anchor.exited', exit: { code: null, signal: null } });

    expect(stage.state).toBe('anchored.halting.capturing');
    expect(stage.context.end?.cause).toBe('vmm-gone');
  });

  it('is opened once more when it was lost before its opening was answered', async () => {
    const stage = await running();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    await stage.done('connect', 'running');

    expect(stage.state).toBe('anchored.running.reconnecting');
    expect(stage.count('connect')).toBe(3);
  });

  it('does not answer again after it was lost: that was said of another connection', async () => {
    const stage = await running();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    stage.see({ type: 'channel.answering' });

    expect(stage.context.channel).toBe('none');
    expect(stage.state).toBe('anchored.running.reconnecting');
  });
});

describe('a domain that is ready and wanted paused', () => {
  it('opens a lost channel again', async () => {
    const stage = new Stage(wanted({ power: 'paused' }));
    await stage.through(...untilReady);
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    expect(stage.state).toBe('anchored.device-model-ready.connecting');
    await stage.done('connect', 'prelaunch');
    expect(stage.state).toBe('anchored.device-model-ready.ready');
  });

  it('is paused when somebody else let it go', async () => {
    const stage = new Stage(wanted({ power: 'paused' }));
    await stage.through(...untilReady);
    stage.see({ type: 'guest.state', state: 'running' });

    expect(stage.state).toBe('anchored.running.pausing');
  });
});
