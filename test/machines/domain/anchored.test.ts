import { describe, expect, it } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { domainMachine } from '../../../src/machines/domain.js';
import type { RunState } from '../../../src/machines/observations.js';
import { livingAnchor, wanted } from '../support/documents.js';
import { pathOf } from '../support/paths.js';
import { type EffectName, Stage, running, untilPrepared, untilReady, untilRunning } from '../support/stage.js';

const launched = [...untilPrepared, 'launch'] as const;

interface Place {
  readonly state: string;
  readonly steps: readonly EffectName[];
  readonly power: 'running' | 'paused';
}
const places: readonly Place[] = [
  { state: 'device-model-ready.launching', steps: untilPrepared, power: 'running' },
  { state: 'device-model-ready.connecting', steps: launched, power: 'running' },
  { state: 'device-model-ready.ready', steps: untilReady, power: 'paused' },
  { state: 'booting.releasing', steps: untilReady, power: 'running' },
  { state: 'booting.probing', steps: [...untilReady, 'boot'], power: 'running' },
  { state: 'running.healthy', steps: untilRunning, power: 'running' },
];

describe.each(places)('wherever an anchor may live: in $state', ({ power, state, steps }) => {
  async function there(): Promise<Stage> {
    const stage = new Stage(wanted({ power }));
    await stage.through(...steps);
    expect(stage.state).toBe(`anchored.${state}`);
    return stage;
  }

  it('an anchor that is gone is collected', async () => {
    const stage = await there();
    stage.see({ type: 'anchor.exited', exit: { code: 1, signal: null } });
    expect(stage.state).toBe('anchored.halting.capturing');
    expect(stage.context.end).toMatchObject({ cause: 'vmm-exit', exit: { code: 1, signal: null } });
  });

  it('a domain whose document is taken away is ended', async () => {
    const stage = await there();
    stage.remove();
    expect(stage.state).toBe('anchored.halting.noting');
    expect(stage.context.end?.cause).toBe('removed');
  });

  it.each<[RunState, string]>([
    ['shutdown', 'guest-power-off'],
    ['guest-panicked', 'panic'],
    ['internal-error', 'internal-error'],
  ])('a guest that is off does not stay: %s', async (seen, cause) => {
    const stage = await there();
    stage.see({ type: 'guest.state', state: seen });
    expect(stage.state).toBe('anchored.halting.noting');
    expect(stage.context.end?.cause).toBe(cause);
  });
});

describe('the run state', () => {
  it('is what the channel told when it was opened', async () => {
    const stage = new Stage(wanted({ power: 'paused' }));
    await stage.through(...untilReady);
    expect(stage.context).toMatchObject({ runState: 'prelaunch', channel: 'open' });
  });

  it('is what an effect answers, where nothing newer was seen since it was asked', async () => {
    const stage = new Stage(wanted());
    await stage.through(...launched);
    stage.see({ type: 'guest.state', state: 'prelaunch' });
    await stage.done('connect');
    await stage.done('boot', 'running');
    expect(stage.context.runState).toBe('running');
    await stage.done('probe');

    stage.see({ type: 'guest.state', state: 'running' });
    stage.desire({ power: 'paused' });
    await stage.done('pause');
    expect(stage.context.runState).toBe('paused');

    stage.see({ type: 'guest.state', state: 'paused' });
    stage.desire({ power: 'running' });
    await stage.done('resume');
    expect([stage.state, stage.context.runState]).toEqual(['anchored.running.healthy', 'running']);
  });
});

describe('what is asked of a guest', () => {
  it('is its end by another rung than its button where it is paused', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.done('pause');
    stage.desire({ power: 'halted' });
    await stage.done('note');
    expect([stage.state, stage.count('press')]).toEqual(['anchored.halting.quitting', 0]);
  });

  it('is no pause over a channel that does not answer', async () => {
    const silent = await running();
    silent.see({ type: 'channel.silent', forMilliseconds: 5_000 });
    silent.desire({ power: 'paused' });
    expect([silent.state, silent.count('pause')]).toEqual(['anchored.running.degraded', 0]);
    silent.see({ type: 'channel.answering' });
    expect(silent.state).toBe('anchored.running.pausing');
  });
});

describe('an exit that is told twice', () => {
  it.each([
    { code: 3, signal: null },
    { code: null, signal: 'SIGKILL' },
  ])('is what the one tells who saw how it ended: %o', async (known) => {
    const unknown = { code: null, signal: null };
    for (const told of [[unknown, known], [known, unknown]]) {
      const stage = await running();
      for (const exit of told) stage.see({ type: 'anchor.exited', exit });
      expect(stage.context.exit).toEqual(known);
      expect(stage.context.end?.exit).toEqual(known);
    }
  });
});

describe('a channel that is dialled again', () => {
  it('counts as opened, though an earlier one was lost while the anchor was taken over', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', livingAnchor());
    stage.see({ type: 'channel.lost', reason: 'end of file' });
    await stage.fail('connect');
    expect(stage.context.channel).toBe('lost');
    await stage.wait(1_000);
    expect(stage.context.channel).toBe('none');
    await stage.done('connect', 'running');
    expect([stage.state, stage.context.channel]).toEqual(['anchored.running.healthy', 'open']);
  });
});

describe('a problem that is over', () => {
  it('is no longer shown once the guest runs again', async () => {
    const stage = await running();
    stage.see({ type: 'guest.state', state: 'paused' });
    await stage.fail('resume');
    expect(stage.context.problem).not.toBeNull();
    await stage.wait(1_000);
    await stage.done('resume');
    expect([stage.state, stage.context.problem]).toEqual(['anchored.running.healthy', null]);
  });

  it('is no longer shown once the guest is paused as it is wanted, whoever paused it', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.fail('pause');
    stage.see({ type: 'guest.state', state: 'paused' });
    await stage.wait(1_000);
    expect([stage.state, stage.context.problem]).toEqual(['anchored.running.paused', null]);
  });
});

describe('without its effects', () => {
  it('a domain says which is missing, and is not moved by a watch that fails', async () => {
    const blind = createActor(domainMachine, { input: { name: 'hello', desired: wanted() } }).start();
    await new Promise(setImmediate);
    expect(blind.getSnapshot()).toMatchObject({ value: { observing: 'blind' }, context: { problem: { message: 'effect not provided: observe' } } });
    blind.stop();

    const effects = { observe: fromPromise(() => Promise.resolve(livingAnchor())), connect: fromPromise<RunState>(() => new Promise(() => undefined)) };
    const unwatched = createActor(domainMachine.provide({ actors: effects as never }), { input: { name: 'hello', desired: wanted() } }).start();
    await new Promise(setImmediate);
    expect(pathOf(unwatched.getSnapshot().value)).toBe('anchored.adopting.connecting');
    expect(unwatched.getSnapshot().context.problem?.message).toBe('effect not provided: watch');
    unwatched.stop();
  });
});
