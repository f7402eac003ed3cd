import { describe, expect, it } from 'vitest';
import type { RunState } from '../../../src/machines/observations.js';
import { wanted } from '../support/documents.js';
import { Stage, untilReady } from '../support/stage.js';

const lost = { code: 'QMP_CLOSED', message: 'the monitor closed', retryable: true };
const guestIs = (state: RunState) => ({ type: 'guest.state', state }) as const;

async function released(): Promise<Stage> {
  const stage = new Stage(wanted());
  await stage.through(...untilReady);
  return stage;
}

const ways = [
  ['failed', /the monitor closed$/, (stage: Stage) => stage.fail('boot', lost)],
  ['was not answered in time', /there was no answer in time$/, (stage: Stage) => stage.wait(5_000)],
] as const;

describe.each(ways)('a guest whose release %s', (_, why, comes) => {
  it('runs on where it was seen to run, and is well once it is ready', async () => {
    const stage = await released();
    stage.see(guestIs('running'));
    await comes(stage);
    expect(stage.state).toBe('anchored.booting.probing');
    expect(stage.context).toMatchObject({ end: null, problem: { reason: 'RELEASE_UNCONFIRMED', message: expect.stringMatching(why) as string } });
    await stage.done('probe');
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context).toMatchObject({ end: null, failures: 0, incarnation: 1, problem: null });
    expect([stage.count('boot'), stage.count('resume'), stage.count('kill')]).toEqual([1, 0, 0]);
  });

  it.each([
    ['suspended', 'anchored.running.resuming'],
    ['io-error', 'anchored.running.io-error'],
  ] as const)('has run where it was seen as %s', async (state, next) => {
    const stage = await released();
    stage.see(guestIs('running'));
    stage.see(guestIs(state));
    await comes(stage);
    await stage.done('probe');
    expect([stage.state, stage.context.end, stage.context.problem?.reason]).toEqual([next, null, 'RELEASE_UNCONFIRMED']);
  });

  it('is told what else was seen of it, once it is ready', async () => {
    const stage = await released();
    stage.see(guestIs('running'));
    await comes(stage);
    stage.see({ type: 'guest.watchdog', action: 'none' });
    await stage.done('probe');
    expect([stage.state, stage.context.problem?.reason]).toEqual(['anchored.running.healthy', 'WATCHDOG_EXPIRED']);
  });

  it('is connected to anew where its channel was lost over that', async () => {
    const stage = await released();
    stage.see(guestIs('running'));
    stage.see({ type: 'channel.lost', reason: 'end' });
    await comes(stage);
    await stage.done('probe');
    expect(stage.state).toBe('anchored.running.reconnecting');
    await stage.done('connect', 'running');
    expect([stage.state, stage.context.problem]).toEqual(['anchored.running.healthy', null]);
  });

  it('is ended for that where it is not ready in the end', async () => {
    const stage = await released();
    stage.see(guestIs('running'));
    await comes(stage);
    await stage.wait(6_000);
    expect(stage.context.end).toMatchObject({ cause: 'ready-deadline', later: [] });
  });

  // A Xen that is about to unpause it says `paused`.
  it.each(['prelaunch', 'paused'] as const)('is ended where it was only seen as %s', async (state) => {
    const stage = await released();
    stage.see(guestIs(state));
    await comes(stage);
    expect(stage.state).toBe('anchored.halting.noting');
    expect(stage.context.end?.cause).toMatch(/^boot-(?:failed|deadline)$/);
  });

  it('is seen off where it went off meanwhile, for that cause', async () => {
    const stage = await released();
    stage.see(guestIs('running'));
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    expect(stage.state).toBe('anchored.halting.noting');
    expect(stage.context.end).toMatchObject({ cause: 'guest-power-off', later: [] });
  });
});

describe('a guest that is booting', () => {
  it('is told what was seen of it, also once it is ready', async () => {
    const stage = await released();
    await stage.done('boot', 'running');
    stage.see({ type: 'guest.watchdog', action: 'none' });
    await stage.done('probe');
    expect([stage.state, stage.context.problem?.reason]).toEqual(['anchored.running.healthy', 'WATCHDOG_EXPIRED']);
  });

  it('is ended where it lacks what its document asks for, by a field, though somebody else has let it run', async () => {
    const stage = await released();
    stage.see(guestIs('running'));
    await stage.fail('boot', { ...lost, field: 'spec.display.vnc.password' });
    expect([stage.state, stage.context.end?.cause]).toEqual(['anchored.halting.noting', 'boot-failed']);
  });
});
