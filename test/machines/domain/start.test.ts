import { describe, expect, it } from 'vitest';
import { wanted } from '../support/documents.js';
import { Stage, running, untilReady } from '../support/stage.js';

describe('starting a domain', () => {
  it('goes the whole way from the document to a healthy guest', async () => {
    const stage = await running();

    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.passed).toEqual([
      'observing.looking',
      'pending.planning',
      'pending.admitting',
      'pending.reserving',
      'pending.preparing',
      'anchored.device-model-ready.launching',
      'anchored.device-model-ready.connecting',
      'anchored.booting.releasing',
      'anchored.booting.probing',
      'anchored.running.healthy',
    ]);
    expect(stage.context).toMatchObject({ incarnation: 1, channel: 'open', runState: 'running', problem: null, end: null });
  });

  it('waits before the first instruction of a guest that is wanted paused, and lets it go when it is wanted running', async () => {
    const stage = new Stage(wanted({ power: 'paused' }));
    await stage.through(...untilReady);
    expect(stage.state).toBe('anchored.device-model-ready.ready');

    stage.desire({ power: 'running' });
    expect(stage.state).toBe('anchored.booting.releasing');
  });

  it('starts nothing for a document that wants it halted', async () => {
    const stage = new Stage(wanted({ power: 'halted' }));
    await stage.done('observe');

    expect(stage.state).toBe('halted');
    expect(stage.calls.map(({ name }) => name)).toEqual(['observe']);
  });
});
