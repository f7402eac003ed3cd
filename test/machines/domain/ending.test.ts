import { describe, expect, it } from 'vitest';
import { wanted, withPolicy } from '../support/documents.js';
import { Stage, running, untilReady } from '../support/stage.js';

const off = { type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' } as const;
const killed = { type: 'anchor.exited', exit: { code: null, signal: 'SIGKILL' } } as const;

async function poweredOff(stage: Stage): Promise<void> {
  stage.see(off);
  stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
  await stage.done('reap');
}

async function crashed(stage: Stage): Promise<void> {
  stage.see(killed);
  await stage.through('capture', 'reap');
}

describe('a guest that powers itself off', () => {
  it.each([
    ['Always', 'backoff'],
    ['OnFailure', 'halted'],
    ['Never', 'halted'],
  ] as const)('under %s: %s', async (policy, expected) => {
    const stage = await running(withPolicy(policy));
    await poweredOff(stage);

    expect(stage.state).toBe(expected);
    expect(stage.context.lastEnd).toMatchObject({ cause: 'guest-power-off', exit: { code: 0, signal: null } });
    expect(stage.count('capture')).toBe(0);
  });

  it('starts again when its document is edited, or when told to', async () => {
    const stage = await running();
    await poweredOff(stage);
    stage.desire({});
    expect(stage.state).toBe('pending.planning');

    const told = await running();
    await poweredOff(told);
    told.retry();
    expect(told.state).toBe('pending.planning');
  });
});

describe('an anchor that crashes', () => {
  it.each([
    ['Always', 'backoff'],
    ['OnFailure', 'backoff'],
    ['Never', 'failed'],
  ] as const)('under %s: %s', async (policy, expected) => {
    const stage = await running(withPolicy(policy));
    stage.see(killed);
    expect(stage.state).toBe('anchored.halting.capturing');
    await stage.done('capture', { evidence: '/evidence/1', lastWords: 'assertion failed' });
    expect(stage.inputOf('reap')).toMatchObject({ failures: 1, removed: false, end: { evidence: '/evidence/1' } });
    await stage.done('reap');

    expect(stage.state).toBe(expected);
    expect(stage.context.failures).toBe(1);
    expect(stage.context.lastEnd).toMatchObject({ cause: 'vmm-signal', message: 'the anchor was ended by SIGKILL: assertion failed', rung: null });
  });

  it('waits longer each time, and forgets after a stable run', async () => {
    const stage = await running();
    for (const [failures, pause] of [[1, 1_000], [2, 2_000], [3, 4_000]] as const) {
      await crashed(stage);
      expect(stage.context.failures).toBe(failures);
      await stage.wait(pause * 0.89);
      expect(stage.state).toBe('backoff');
      await stage.wait(pause * 0.25);
      await stage.through(...['plan', 'admit', 'reserve', 'prepare', 'launch', 'connect', 'boot', 'probe'] as const);
    }
    await stage.wait(59_000);
    expect(stage.context.failures).toBe(3);
    await stage.wait(2_000);
    expect(stage.context.failures).toBe(0);
    await crashed(stage);
    expect(stage.context.failures).toBe(1);
  });

  it('starts at once as another generation where it was edited', async () => {
    const stage = await running(wanted({ onChange: 'defer' }));
    stage.desire({ anchorKey: 'key-b' });
    expect(stage.state).toBe('anchored.running.healthy');
    await crashed(stage);

    expect(stage.state).toBe('pending.planning');
  });

  it('does not rest for the failures of the document before', async () => {
    const stage = await running();
    await crashed(stage);
    stage.desire({ anchorKey: 'key-b' });
    expect(stage.state).toBe('pending.planning');
    expect(stage.context.failures).toBe(0);
  });

  it('rests no longer than until it is told to retry', async () => {
    const stage = await running();
    await crashed(stage);
    stage.retry();
    expect(stage.state).toBe('pending.planning');
  });

  it('while being halted is no crash', async () => {
    const stage = await running(withPolicy('Never'));
    stage.desire({ power: 'halted' });
    await stage.done('note');
    stage.see(killed);
    await stage.done('reap');
    expect(stage.state).toBe('halted');
    expect(stage.context.lastEnd).toMatchObject({ cause: 'desired-halt', rung: 'press' });
  });
});

describe('the first cause', () => {
  it('wins over what follows from it', async () => {
    const stage = await running();
    stage.see({ type: 'guest.panicked', info: 'oops' });
    stage.see({ type: 'guest.shutdown', by: 'host', reason: 'guest-panic' });
    stage.see({ type: 'anchor.exited', exit: { code: 1, signal: null } });

    expect(stage.context.end).toMatchObject({ cause: 'panic', message: 'the guest panicked: oops', exit: { code: 1, signal: null }, later: [] });
  });

  it('keeps what came later under it', async () => {
    const stage = await running();
    stage.see({ type: 'guest.panicked', info: '' });
    stage.see({ type: 'guest.watchdog', action: 'pause' });
    stage.see(off);

    expect(stage.context.end).toMatchObject({
      cause: 'panic',
      later: ['watchdog: the guest did not feed its watchdog, whose action is pause', 'guest-power-off: the guest powered itself off (guest-shutdown)'],
    });
  });

  it('is not a shutdown that we asked for', async () => {
    const stage = await running();
    stage.desire({ power: 'halted' });
    stage.see(off);
    expect(stage.context.end).toMatchObject({ cause: 'desired-halt', later: [] });
    stage.see(off);
    stage.see({ type: 'guest.shutdown', by: 'host', reason: 'host-qmp-quit' });
    expect(stage.context.end).toMatchObject({ cause: 'desired-halt', later: [] });
  });

  it('is no panic that the guest outlived', async () => {
    const stage = await running();
    stage.see({ type: 'guest.panicked', info: 'oops' });
    stage.see({ type: 'guest.reset', by: 'guest', reason: 'guest-reset' });
    expect(stage.state).toBe('anchored.running.healthy');
    await poweredOff(stage);

    expect(stage.state).toBe('halted');
    expect(stage.context.lastEnd?.cause).toBe('guest-power-off');
  });

  it.each(['none', 'debug', 'reset', 'inject-nmi'])('is no watchdog that only did: %s', async (action) => {
    const stage = await running();
    stage.see({ type: 'guest.watchdog', action });
    expect(stage.context.end).toBeNull();
  });

  it.each([
    ['guest-panicked', 'panic', 'the guest panicked'],
    ['internal-error', 'internal-error', 'the hypervisor could not go on with the guest'],
    ['watchdog', 'watchdog', 'the guest did not feed its watchdog'],
    ['shutdown', 'guest-power-off', 'the guest was found powered off'],
  ] as const)('is told by the run state %s alone', async (state, cause, message) => {
    const stage = await running();
    stage.see({ type: 'guest.state', state });
    await stage.done('note');
    expect(stage.state).toBe('anchored.halting.quitting');
    expect(stage.context.end).toMatchObject({ cause, message });
  });
});

describe('a start that fails', () => {
  it.each([
    ['launch', 5, 'launch-failed', 'anchored.halting.capturing'],
    ['connect', 6, 'connect-failed', 'anchored.halting.terminating'],
    ['boot', 7, 'boot-failed', 'anchored.halting.quitting'],
    ['probe', 8, 'ready-failed', 'anchored.halting.quitting'],
  ] as const)('at %s', async (effect, at, cause, next) => {
    const stage = new Stage(wanted());
    await stage.through(...[...untilReady, 'boot' as const].slice(0, at));
    await stage.fail(effect);
    if (effect !== 'launch') await stage.done('note');

    expect(stage.state).toBe(next);
    expect(stage.context.end).toMatchObject({ cause, message: `${effect} failed` });
  });

  it.each([
    ['launch', 5, 3_000, 'launch-deadline', 'the anchor did not start in time'],
    ['connect', 6, 4_000, 'connect-deadline', 'the API channel did not answer in time'],
    ['boot', 7, 5_000, 'boot-deadline', 'the vCPUs did not run in time'],
    ['probe', 8, 6_000, 'ready-deadline', 'the readiness probe did not hold in time'],
  ] as const)('at %s, by its deadline', async (_, at, deadline, cause, message) => {
    const stage = new Stage(wanted());
    await stage.through(...[...untilReady, 'boot' as const].slice(0, at));
    await stage.wait(deadline);

    expect(stage.context.end).toMatchObject({ cause, message });
    expect(stage.context.problem).toEqual({ reason: 'DEADLINE', message, retryable: true });
    await stage.done('note');
    expect(stage.state).toMatch(/^anchored\.halting\.(terminating|quitting)$/);
  });

  it('has anchors sought by their marker where the launch was cut short', async () => {
    const stage = new Stage(wanted());
    await stage.through(...untilReady.slice(0, 5));
    stage.remove();
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.terminating');
    expect(stage.inputOf('terminate')).toEqual({ name: 'hello', incarnation: 1, anchor: null });
  });
});

describe('an observation of an older incarnation', () => {
  it('is dropped', async () => {
    const stage = await running();
    await crashed(stage);
    await stage.wait(1_200);
    await stage.through('plan', 'admit', 'reserve', 'prepare', 'launch', 'connect', 'boot', 'probe');
    const before = stage.context;
    expect(before.incarnation).toBe(2);
    stage.see(killed, 1);
    stage.see(off, 1);
    stage.see({ type: 'guest.state', state: 'paused' }, 3);

    expect(stage.context).toEqual(before);
    expect(stage.state).toBe('anchored.running.healthy');
  });
});
