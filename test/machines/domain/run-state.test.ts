import { describe, expect, it } from 'vitest';
import { wanted } from '../support/documents.js';
import { Stage, running, untilReady } from '../support/stage.js';

describe('what is seen against what an effect answers', () => {
  it('keeps a stop that was seen before the answer of the resume that it undid', async () => {
    const stage = await running();
    stage.see({ type: 'guest.state', state: 'paused' });
    expect(stage.state).toBe('anchored.running.resuming');
    stage.see({ type: 'guest.state', state: 'running' });
    stage.see({ type: 'guest.state', state: 'paused' });
    await stage.done('resume', 'running');

    expect(stage.context.runState).toBe('paused');
    expect(stage.state).toBe('anchored.running.retrying');
  });

  it('takes the answer where nothing was seen', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.done('pause', 'paused');

    expect(stage.state).toBe('anchored.running.paused');
  });

  it('believes the channel that was opened again, not what was known before it was lost', async () => {
    const stage = await running();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    expect(stage.state).toBe('anchored.running.reconnecting');
    await stage.done('connect', 'shutdown');
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.quitting');
    expect(stage.context.end?.cause).toBe('guest-power-off');
  });

  it('keeps what the first channel told before its opening was answered', async () => {
    const stage = new Stage(wanted());
    await stage.through(...untilReady.slice(0, -1));
    stage.see({ type: 'guest.state', state: 'paused' });
    await stage.done('connect', 'prelaunch');

    expect(stage.context).toMatchObject({ channel: 'open', runState: 'paused' });
  });
});
