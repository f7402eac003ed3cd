import { describe, expect, it } from 'vitest';
import { livingAnchor, wanted } from '../support/documents.js';
import { asleep, sleeping } from '../support/sleeping.js';
import { Stage, running, untilRunning } from '../support/stage.js';

const awake = { type: 'guest.state', state: 'running' } as const;
const refused = { code: 'AGENT_REFUSED', message: 'it will not', retryable: false };
const silent = { code: 'AGENT_SILENT', message: 'no answer', retryable: true };

describe('a guest that is to sleep', () => {
  it('is started, made ready, and then asked to sleep, once', async () => {
    const stage = new Stage(wanted({ power: 'suspended' }));
    await stage.through(...untilRunning);
    expect(stage.state).toBe('anchored.running.suspending');
    stage.see(asleep);
    await stage.done('suspend');
    expect(stage.state).toBe('anchored.running.suspended');
    expect(stage.context).toMatchObject({ incarnation: 1, problem: null, runState: 'suspended' });
    expect(stage.actor.getSnapshot().hasTag('settled')).toBe(true);
    await stage.wait(600_000);
    expect([stage.state, stage.count('suspend')]).toEqual(['anchored.running.suspended', 1]);
  });

  it('is asked when its document changes, and woken when it changes back, in the same run', async () => {
    const stage = await running();
    stage.desire({ power: 'suspended' });
    await stage.done('suspend');
    expect(stage.state).toBe('anchored.running.suspended');

    stage.desire({ power: 'running' });
    expect(stage.state).toBe('anchored.running.resuming');
    await stage.done('resume');
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context).toMatchObject({ incarnation: 1, problem: null });
  });

  it('is let go first where it is paused, or where its disk has room again', async () => {
    const paused = await running();
    paused.desire({ power: 'paused' });
    await paused.done('pause');
    paused.desire({ power: 'suspended' });
    expect(paused.state).toBe('anchored.running.resuming');
    await paused.done('resume');
    expect(paused.state).toBe('anchored.running.suspending');

    const full = await running();
    full.see({ type: 'guest.state', state: 'io-error' });
    full.desire({ power: 'suspended' });
    await full.wait(5_000);
    await full.done('resume');
    expect(full.state).toBe('anchored.running.suspending');
  });

  it('is not told as hung for what it did not answer before it slept', async () => {
    const stage = await running(wanted({ whenUnresponsive: 'restart', power: 'suspended' }));
    stage.see({ type: 'guest.unresponsive', reason: 'frozen' });
    expect(stage.state).toBe('anchored.running.suspending');
    stage.see(asleep);
    expect(stage.context.unresponsive).toBeNull();
    await stage.done('suspend');
    stage.desire({ power: 'running' });
    await stage.done('resume');
    expect(stage.state).toBe('anchored.running.healthy');
  });

  it('is asked again soon where nobody heard it, and why is shown', async () => {
    const stage = await running(wanted({ power: 'suspended' }));
    await stage.fail('suspend', silent);
    expect(stage.state).toBe('anchored.running.retrying');
    expect(stage.context.problem).toMatchObject({ reason: 'AGENT_SILENT' });
    await stage.wait(1_000);
    await stage.done('suspend');
    expect(stage.state).toBe('anchored.running.suspended');
    expect(stage.context.problem).toBeNull();
  });

  it('is asked again after a while where it will not', async () => {
    const stage = await running(wanted({ power: 'suspended' }));
    await stage.fail('suspend', refused);
    expect(stage.state).toBe('anchored.running.unwilling');
    expect(stage.context.problem).toMatchObject({ reason: 'AGENT_REFUSED' });
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(true);
    await stage.wait(29_000);
    expect(stage.count('suspend')).toBe(1);
    await stage.wait(1_000);
    expect([stage.state, stage.count('suspend')]).toEqual(['anchored.running.suspending', 2]);
  });

  it('is asked again after a while where it did not sleep in time, or did not stay asleep', async () => {
    const slow = await running(wanted({ power: 'suspended' }));
    await slow.wait(9_000);
    expect(slow.state).toBe('anchored.running.unwilling');
    expect(slow.context.problem).toMatchObject({ reason: 'DEADLINE', message: 'the guest did not go to sleep in time' });
    slow.see(asleep);
    expect(slow.state).toBe('anchored.running.suspended');
    expect(slow.context.problem).toBeNull();

    const restless = await running(wanted({ power: 'suspended' }));
    await restless.done('suspend', 'running');
    expect(restless.state).toBe('anchored.running.unwilling');
    expect(restless.context.problem).toMatchObject({ reason: 'GUEST_AWAKE' });
  });

  it('is put to sleep again after a while when it has woken by itself', async () => {
    const stage = await sleeping();
    stage.see(awake);
    expect(stage.state).toBe('anchored.running.unwilling');
    expect(stage.context.problem).toMatchObject({ reason: 'GUEST_AWAKE' });
    await stage.wait(30_000);
    expect(stage.state).toBe('anchored.running.suspending');
  });

  it('is not put to sleep in an anchor that its document has outgrown', async () => {
    const stage = await running(wanted({ onChange: 'defer' }));
    stage.desire({ power: 'suspended', anchorKey: 'key-b', onChange: 'defer' });
    expect([stage.state, stage.count('suspend')]).toEqual(['anchored.running.healthy', 0]);

    // One that sleeps already sleeps on.
    const asleepBefore = await sleeping();
    asleepBefore.desire({ anchorKey: 'key-b', onChange: 'defer' });
    expect(asleepBefore.state).toBe('anchored.running.suspended');
  });

  it('is let alone when its document does not want that any more, and woken where it falls asleep all the same', async () => {
    const stage = await running(wanted({ power: 'suspended' }));
    stage.desire({ power: 'running' });
    expect([stage.state, stage.underWay]).toEqual(['anchored.running.healthy', []]);
    stage.see(asleep);
    expect(stage.state).toBe('anchored.running.resuming');

    const unwilling = await running(wanted({ power: 'suspended' }));
    await unwilling.fail('suspend', refused);
    unwilling.desire({ power: 'running' });
    expect(unwilling.state).toBe('anchored.running.healthy');
    expect(unwilling.context.problem).toBeNull();
  });

  it('is given other memory when it is awake again, and not before', async () => {
    const stage = await running(wanted({ power: 'suspended' }));
    const { memory } = stage.context.desired;
    stage.see({ type: 'guest.memory', bytes: memory / 2 });
    expect([stage.state, stage.count('weigh')]).toEqual(['anchored.running.suspending', 0]);
    await stage.done('suspend');
    expect([stage.state, stage.count('weigh')]).toEqual(['anchored.running.suspended', 0]);
    stage.desire({ power: 'running' });
    await stage.done('resume');
    expect(stage.state).toBe('anchored.running.resizing.weighing');
  });
});

describe('a guest that sleeps', () => {
  it('is woken where its document says that it runs, whoever put it to sleep', async () => {
    const stage = await running();
    stage.see(asleep);
    expect(stage.state).toBe('anchored.running.resuming');
    await stage.fail('resume', silent);
    expect(stage.state).toBe('anchored.running.retrying');
    await stage.wait(1_000);
    await stage.done('resume');
    expect(stage.state).toBe('anchored.running.healthy');
  });

  it('is woken and then paused where it is wanted paused: it could wake by itself', async () => {
    const stage = await sleeping();
    stage.desire({ power: 'paused' });
    expect([stage.state, stage.count('pause')]).toEqual(['anchored.running.resuming', 0]);
    await stage.done('resume');
    await stage.done('pause');
    expect(stage.state).toBe('anchored.running.paused');
  });

  it('is adopted asleep, and stays so', async () => {
    const stage = new Stage(wanted({ power: 'suspended' }));
    await stage.done('observe', livingAnchor());
    await stage.done('connect', 'suspended');
    expect([stage.state, stage.underWay]).toEqual(['anchored.running.suspended', []]);
  });

  it('keeps its failures, since it proves nothing by sleeping', async () => {
    const stage = new Stage(wanted({ power: 'suspended' }));
    await stage.done('observe', livingAnchor({ failures: 2 }));
    await stage.done('connect', 'suspended');
    await stage.wait(600_000);
    expect(stage.context.failures).toBe(2);
  });

  it('has its channel opened again', async () => {
    const stage = await sleeping();
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    await stage.done('connect', 'suspended');
    expect([stage.state, stage.context.problem]).toEqual(['anchored.running.suspended', null]);
  });

  it('is not woken over a channel that does not answer', async () => {
    const stage = await sleeping();
    stage.see({ type: 'channel.silent', forMilliseconds: 1 });
    stage.desire({ power: 'running' });
    expect([stage.state, stage.count('resume')]).toEqual(['anchored.running.degraded', 0]);
    stage.see({ type: 'channel.answering' });
    expect(stage.state).toBe('anchored.running.resuming');
  });

  it('is collected where its anchor dies', async () => {
    const stage = await sleeping();
    stage.see({ type: 'anchor.exited', exit: { code: null, signal: 'SIGKILL' } });
    expect(stage.state).toBe('anchored.halting.capturing');
    expect(stage.context.end).toMatchObject({ cause: 'vmm-signal' });
  });
});
