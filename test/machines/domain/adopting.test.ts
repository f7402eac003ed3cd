import { describe, expect, it } from 'vitest';
import { endOf, livingAnchor, someAnchor, wanted, withPolicy } from '../support/documents.js';
import { Stage } from '../support/stage.js';

describe('an engine that finds what another left', () => {
  it('takes over a running guest without touching it', async () => {
    const stage = new Stage(wanted({ generation: 5 }));
    await stage.done('observe', livingAnchor({ failures: 2 }));
    expect(stage.inputOf('connect')).toEqual({ name: 'hello', incarnation: 3, anchor: someAnchor });
    await stage.done('connect', 'running');

    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context).toMatchObject({ incarnation: 3, failures: 2, built: { anchorKey: 'key-a', generation: 5 } });
    expect(stage.calls.map(({ name }) => name)).toEqual(['observe', 'connect']);
  });

  it('lets go a guest that never ran', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', livingAnchor());
    await stage.done('connect', 'prelaunch');

    expect(stage.state).toBe('anchored.booting.releasing');
  });

  it('asks a guest that its document no longer wants by the power button, not by a signal', async () => {
    const stage = new Stage(wanted({ power: 'halted' }));
    await stage.done('observe', livingAnchor());
    expect(stage.state).toBe('anchored.adopting.connecting');
    await stage.done('connect', 'running');
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.pressing');
    expect(stage.context.end?.cause).toBe('desired-halt');
  });

  it('ends an unwanted guest by a signal when its channel does not answer', async () => {
    const stage = new Stage(wanted({ removed: true }));
    await stage.done('observe', livingAnchor());
    await stage.fail('connect');
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.terminating');
  });

  it.each(['running', 'shutdown'] as const)('goes on ending a run whose end had begun, whatever the document says now (the guest is %s)', async (found) => {
    const ending = endOf({ cause: 'removed', message: 'no document names the domain any more' });
    const stage = new Stage(wanted({ restart: { ...wanted().restart, policy: 'Never' } }));
    await stage.done('observe', livingAnchor({ ending }));
    await stage.done('connect', found);
    await stage.done('note');
    expect(stage.state).toBe(found === 'running' ? 'anchored.halting.pressing' : 'anchored.halting.quitting');
    stage.see({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
    stage.see({ type: 'anchor.exited', exit: { code: 0, signal: null } });
    await stage.done('reap');

    expect(stage.state).toBe('pending.planning');
    expect(stage.context.lastEnd).toMatchObject({ cause: 'removed', later: [] });
  });

  it('goes on ending it without its channel, too', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', livingAnchor({ ending: endOf({ cause: 'panic' }) }));
    await stage.fail('connect');
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.terminating');
    expect(stage.context.end?.cause).toBe('panic');
  });

  it('restarts a guest whose document was edited meanwhile', async () => {
    const stage = new Stage(wanted({ anchorKey: 'key-b', generation: 2 }));
    await stage.done('observe', livingAnchor());
    await stage.done('connect', 'running');
    await stage.done('note');

    expect(stage.state).toBe('anchored.halting.pressing');
    expect(stage.context.end).toMatchObject({ cause: 'edited', generation: 1 });
  });

  it('tries again where the channel does not answer: the anchor lives', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', livingAnchor());
    await stage.wait(4_000);
    expect(stage.state).toBe('anchored.adopting.silent');
    expect(stage.context.problem?.reason).toBe('DEADLINE');

    await stage.wait(1_000);
    await stage.done('connect', 'running');
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context.problem).toBeNull();
  });

  it('ends a launch that was cut short and that nobody can complete, and starts anew, as nobody’s failure', async () => {
    const stage = new Stage(withPolicy('Never'));
    await stage.done('observe', livingAnchor());
    await stage.fail('connect', Object.assign(new Error('xl ended before its domain was complete'), { code: 'XEN_BUILD_INTERRUPTED', retryable: true, neverRan: true }));
    expect(stage.state).toBe('anchored.halting.noting');
    expect(stage.context.end).toMatchObject({ cause: 'launch-interrupted', message: 'xl ended before its domain was complete' });

    await stage.done('note');
    await stage.fail('terminate');
    await stage.through('kill', 'reap');
    expect(stage.context).toMatchObject({ failures: 0, lastEnd: { cause: 'launch-interrupted', rung: 'kill' } });
    expect(stage.state).toBe('pending.planning');
  });

  it('looks again, and starts nothing, while presence is unknown', async () => {
    const stage = new Stage(wanted());
    await stage.done('observe', { presence: 'unknown', why: '/proc is not readable' });
    expect(stage.state).toBe('observing.blind');
    expect(stage.context.problem).toMatchObject({ reason: 'PRESENCE_UNKNOWN', message: '/proc is not readable' });

    await stage.wait(1_000);
    await stage.fail('observe');
    await stage.wait(1_000);
    await stage.wait(5_000);
    expect(stage.state).toBe('observing.blind');
    expect(stage.count('plan')).toBe(0);
  });
});
