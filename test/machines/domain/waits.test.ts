/**
 * Every wait of the domain machine: where it goes on when its effect fails, and where when its deadline passes, and what is known then.
 * The scenarios beside this file tell what comes of it.
 */
import { describe, expect, it } from 'vitest';
import { livingAnchor, someAnchor, wanted } from '../support/documents.js';
import { type EffectName, Stage, untilPrepared, untilReady, untilRunning } from '../support/stage.js';

interface Way {
  readonly state: string;
  /** What is known then, among other things. */
  readonly facts?: object;
}

interface Wait {
  readonly state: string;
  readonly reach: (stage: Stage) => Promise<unknown>;
  readonly effect: EffectName;
  /** What the effect is told besides the domain's name. */
  readonly told?: object;
  readonly failed: Way;
  /** Milliseconds. */
  readonly deadline: number;
  readonly late: Way;
}

const thrown = Object.assign(new Error('it broke'), { code: 'BROKEN', retryable: true });
const broken = { problem: { reason: 'BROKEN', message: 'it broke', retryable: true } };
const ended = (cause: string): object => ({ ...broken, end: { cause, message: 'it broke', rung: null } });
const tooLate = (message: string, cause?: string): object => ({ problem: { reason: 'DEADLINE', message, retryable: true }, ...(cause === undefined ? {} : { end: { cause, message } }) });

const through = (...names: readonly EffectName[]) => (stage: Stage): Promise<void> => stage.through(...names);
const halted = (...failing: readonly EffectName[]) => async (stage: Stage): Promise<void> => {
  await stage.through(...untilRunning);
  stage.desire({ power: 'halted' });
  if (failing.length === 0) return;
  await stage.done('note');
  for (const name of failing) await stage.fail(name);
};
const crashed = async (stage: Stage): Promise<void> => {
  await stage.through(...untilRunning);
  stage.see({ type: 'anchor.exited', exit: { code: 1, signal: null } });
};

const waits: readonly Wait[] = [
  { state: 'observing.looking', reach: through(), effect: 'observe', failed: { state: 'observing.blind', facts: broken }, deadline: 5_000, late: { state: 'observing.blind', facts: tooLate('the host did not tell in time whether the anchor lives') } },
  { state: 'pending.planning', reach: through('observe'), effect: 'plan', told: { incarnation: 0 }, failed: { state: 'pending.releasing', facts: ended('plan-failed') }, deadline: 15_000, late: { state: 'pending.releasing', facts: tooLate('no plan was made in time', 'plan-failed') } },
  { state: 'pending.admitting', reach: through('observe', 'plan'), effect: 'admit', failed: { state: 'pending.releasing', facts: ended('prepare-failed') }, deadline: 60_000, late: { state: 'pending.admitting', facts: { problem: null } } },
  { state: 'pending.reserving', reach: through('observe', 'plan', 'admit'), effect: 'reserve', failed: { state: 'pending.releasing', facts: ended('prepare-failed') }, deadline: 60_000, late: { state: 'pending.reserving', facts: { problem: null } } },
  { state: 'pending.preparing', reach: through('observe', 'plan', 'admit', 'reserve'), effect: 'prepare', failed: { state: 'pending.releasing', facts: ended('prepare-failed') }, deadline: 2_000, late: { state: 'pending.releasing', facts: tooLate('preparing took too long', 'prepare-failed') } },
  {
    state: 'pending.releasing',
    reach: async (stage) => {
      await stage.through('observe', 'plan', 'admit');
      stage.desire({ power: 'halted' });
    },
    effect: 'release',
    failed: { state: 'pending.releaseLater', facts: broken },
    deadline: 5_000,
    late: { state: 'pending.releaseLater' },
  },
  { state: 'anchored.adopting.connecting', reach: (stage) => stage.done('observe', livingAnchor()), effect: 'connect', told: { incarnation: 3, anchor: someAnchor }, failed: { state: 'anchored.adopting.silent', facts: { ...broken, channel: 'none' } }, deadline: 4_000, late: { state: 'anchored.adopting.silent', facts: tooLate('the anchor lives, but its channel does not answer') } },
  { state: 'anchored.device-model-ready.launching', reach: through(...untilPrepared), effect: 'launch', told: { incarnation: 1, failures: 0, lastEnd: null }, failed: { state: 'anchored.halting.capturing', facts: ended('launch-failed') }, deadline: 3_000, late: { state: 'anchored.halting.noting', facts: tooLate('the anchor did not start in time', 'launch-deadline') } },
  { state: 'anchored.device-model-ready.connecting', reach: through(...untilPrepared, 'launch'), effect: 'connect', told: { incarnation: 1, anchor: someAnchor }, failed: { state: 'anchored.halting.noting', facts: ended('connect-failed') }, deadline: 4_000, late: { state: 'anchored.halting.noting', facts: tooLate('the API channel did not answer in time', 'connect-deadline') } },
  { state: 'anchored.booting.releasing', reach: through(...untilReady), effect: 'boot', told: { incarnation: 1 }, failed: { state: 'anchored.halting.noting', facts: ended('boot-failed') }, deadline: 5_000, late: { state: 'anchored.halting.noting', facts: tooLate('the vCPUs did not run in time', 'boot-deadline') } },
  { state: 'anchored.booting.probing', reach: through(...untilReady, 'boot'), effect: 'probe', told: { incarnation: 1 }, failed: { state: 'anchored.halting.noting', facts: ended('ready-failed') }, deadline: 6_000, late: { state: 'anchored.halting.noting', facts: tooLate('the readiness probe did not hold in time', 'ready-deadline') } },
  {
    state: 'anchored.running.pausing',
    reach: async (stage) => {
      await stage.through(...untilRunning);
      stage.desire({ power: 'paused' });
    },
    effect: 'pause',
    failed: { state: 'anchored.running.retrying', facts: broken },
    deadline: 5_000,
    late: { state: 'anchored.running.retrying', facts: tooLate('the guest was not paused in time') },
  },
  {
    state: 'anchored.running.resuming',
    reach: async (stage) => {
      await stage.through(...untilRunning);
      stage.see({ type: 'guest.state', state: 'paused' });
    },
    effect: 'resume',
    failed: { state: 'anchored.running.retrying', facts: broken },
    deadline: 5_000,
    late: { state: 'anchored.running.retrying', facts: tooLate('the guest was not resumed in time') },
  },
  {
    state: 'anchored.running.reconnecting',
    reach: async (stage) => {
      await stage.through(...untilRunning);
      stage.see({ type: 'channel.lost', reason: 'end of file' });
    },
    effect: 'connect',
    told: { incarnation: 1, anchor: someAnchor },
    failed: { state: 'anchored.running.retrying', facts: broken },
    deadline: 4_000,
    late: { state: 'anchored.running.retrying', facts: { problem: { reason: 'CHANNEL_LOST', message: 'end of file', retryable: true } } },
  },
  { state: 'anchored.halting.noting', reach: halted(), effect: 'note', told: { end: { cause: 'desired-halt' } }, failed: { state: 'anchored.halting.pressing', facts: broken }, deadline: 2_000, late: { state: 'anchored.halting.pressing', facts: { problem: null } } },
  {
    state: 'anchored.halting.asking',
    reach: async (stage) => {
      await stage.done('observe', livingAnchor({ ladder: ['ask', 'kill'] }));
      await stage.done('connect', 'running');
      stage.desire({ power: 'halted' });
      await stage.done('note');
    },
    effect: 'ask',
    told: { incarnation: 3, anchor: someAnchor, again: 3_000 },
    failed: { state: 'anchored.halting.killing', facts: broken },
    deadline: 8_000,
    late: { state: 'anchored.halting.killing', facts: { rung: 'kill', problem: null } },
  },
  { state: 'anchored.halting.pressing', reach: async (stage) => { await halted()(stage); await stage.done('note'); }, effect: 'press', told: { anchor: someAnchor, again: 3_000 }, failed: { state: 'anchored.halting.quitting', facts: broken }, deadline: 7_000, late: { state: 'anchored.halting.quitting', facts: { rung: 'quit' } } },
  { state: 'anchored.halting.quitting', reach: halted('press'), effect: 'quit', told: { anchor: someAnchor }, failed: { state: 'anchored.halting.terminating', facts: broken }, deadline: 1_500, late: { state: 'anchored.halting.terminating', facts: { rung: 'terminate' } } },
  { state: 'anchored.halting.terminating', reach: halted('press', 'quit'), effect: 'terminate', told: { anchor: someAnchor }, failed: { state: 'anchored.halting.killing', facts: broken }, deadline: 1_600, late: { state: 'anchored.halting.killing', facts: { rung: 'kill' } } },
  { state: 'anchored.halting.killing', reach: halted('press', 'quit', 'terminate'), effect: 'kill', told: { anchor: someAnchor }, failed: { state: 'anchored.halting.unkillable', facts: broken }, deadline: 1_700, late: { state: 'anchored.halting.unkillable', facts: { problem: { reason: 'ANCHOR_UNKILLABLE' } } } },
  { state: 'anchored.halting.capturing', reach: crashed, effect: 'capture', told: { incarnation: 1, end: { cause: 'vmm-exit' } }, failed: { state: 'anchored.halting.reaping', facts: { ...broken, end: { evidence: null } } }, deadline: 5_000, late: { state: 'anchored.halting.reaping', facts: { problem: null } } },
  { state: 'anchored.halting.reaping', reach: async (stage) => { await crashed(stage); await stage.done('capture'); }, effect: 'reap', told: { anchor: someAnchor, end: { cause: 'vmm-exit' }, failures: 1, removed: false }, failed: { state: 'anchored.halting.unconfirmed', facts: broken }, deadline: 10_000, late: { state: 'anchored.halting.unconfirmed', facts: tooLate('the end of the anchor could not be confirmed in time') } },
];

describe.each(waits)('$state', ({ deadline, effect, failed, late, reach, state, told }) => {
  async function reached(): Promise<Stage> {
    const stage = new Stage(wanted());
    await reach(stage);
    expect(stage.state).toBe(state);
    expect(stage.underWay).toEqual([effect]);
    expect(stage.inputOf(effect)).toMatchObject({ name: 'hello', ...told });
    return stage;
  }

  it(`goes on to ${failed.state} when its effect fails`, async () => {
    const stage = await reached();
    await stage.fail(effect, thrown);
    expect(stage.state).toBe(failed.state);
    expect(stage.context).toMatchObject(failed.facts ?? {});
  });

  it(`gives up the effect at its deadline, and goes on to ${late.state}`, async () => {
    const stage = await reached();
    const asked = stage.calls.at(-1);
    await stage.wait(deadline - 1);
    expect(asked?.signal.aborted).toBe(false);
    await stage.wait(1);
    expect(asked?.signal.aborted).toBe(true);
    expect(stage.state).toBe(late.state);
    expect(stage.context).toMatchObject(late.facts ?? {});
  });
});

describe('what could not be done or seen', () => {
  it.each([
    ['observing.blind', 'observing.looking', async (stage: Stage) => stage.fail('observe')],
    [
      'pending.releaseLater',
      'pending.releasing',
      async (stage: Stage) => {
        await stage.through('observe');
        await stage.fail('plan');
        await stage.fail('release');
      },
    ],
    [
      'anchored.adopting.silent',
      'anchored.adopting.connecting',
      async (stage: Stage) => {
        await stage.done('observe', livingAnchor());
        await stage.fail('connect');
      },
    ],
    [
      'anchored.running.retrying',
      'anchored.running.pausing',
      async (stage: Stage) => {
        await stage.through(...untilRunning);
        stage.desire({ power: 'paused' });
        await stage.fail('pause');
      },
    ],
    ['anchored.halting.unkillable', 'anchored.halting.killing', halted('press', 'quit', 'terminate', 'kill')],
    [
      'anchored.halting.unconfirmed',
      'anchored.halting.killing',
      async (stage: Stage) => {
        await crashed(stage);
        await stage.done('capture');
        await stage.fail('reap');
      },
    ],
  ])('is told as degraded, and tried again after a second: %s', async (resting, again, reach) => {
    const stage = new Stage(wanted());
    await reach(stage);
    expect(stage.state).toBe(resting);
    expect(stage.actor.getSnapshot().hasTag('degraded')).toBe(true);
    await stage.wait(999);
    expect(stage.state).toBe(resting);
    await stage.wait(1);
    expect(stage.state).toBe(again);
  });
});
