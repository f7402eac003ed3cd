/** Sleep, as the guest's agent and the monitor tell of it together. */
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { suspend } from '../../../src/hypervisor-adapters/qemu/anchor/suspend.js';
import type { Observation, RunState } from '../../../src/machines/observations.js';

const patient = (): AbortSignal => AbortSignal.timeout(10_000);

/** A monitor that tells what it is told to tell. */
function monitor(state: RunState = 'running'): { readonly told: Subject<Observation>; readonly latestState: () => RunState; readonly observations: Subject<Observation> } {
  const told = new Subject<Observation>();
  return { told, latestState: () => state, observations: told };
}

const asleep = { type: 'guest.state', state: 'suspended' } as const;

/** An agent that says nothing, as one whose guest falls asleep; it notes the end of the conversation. */
function quiet(): { readonly suspend: (signal: AbortSignal) => Promise<void>; readonly over: () => boolean } {
  let ended = false;
  return {
    over: () => ended,
    suspend: (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended = true;
          reject(signal.reason as Error);
        });
      }),
  };
}

describe('putting a guest to sleep', () => {
  it('is done when the monitor says so, and lets go of the agent then', async () => {
    const session = monitor();
    const agent = quiet();
    const asked = suspend(session, agent, patient());
    session.told.next({ type: 'guest.state', state: 'running' });
    session.told.next(asleep);
    await asked;
    expect(agent.over()).toBe(true);
    expect(session.told.observed).toBe(false);
  });

  it('waits for it also where the agent has answered', async () => {
    const session = monitor();
    let done = false;
    const asked = suspend(session, { suspend: () => Promise.resolve() }, patient()).then(() => (done = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toBe(false);
    session.told.next(asleep);
    await asked;
  });

  it('asks nobody where the guest sleeps', async () => {
    await suspend(monitor('suspended'), { suspend: () => Promise.reject(new Error('asked')) }, patient());
  });

  it('fails as the agent does, and listens no longer', async () => {
    const session = monitor();
    const refused = new Error('it will not');
    await expect(suspend(session, { suspend: () => Promise.reject(refused) }, patient())).rejects.toBe(refused);
    expect(session.told.observed).toBe(false);
  });

  it('fails when the monitor goes away, and ends with its signal', async () => {
    const lost = monitor();
    const asked = suspend(lost, quiet(), patient());
    lost.told.complete();
    // Not to be asked again at once: the guest has heard.
    await expect(asked).rejects.toMatchObject({ code: 'QMP_CLOSED', retryable: false });

    const controller = new AbortController();
    const reason = new Error('not in time');
    const agent = quiet();
    const slow = suspend(monitor(), agent, controller.signal);
    controller.abort(reason);
    await expect(slow).rejects.toBe(reason);
    expect(agent.over()).toBe(true);
    await expect(suspend(monitor(), agent, controller.signal)).rejects.toBe(reason);
  });
});
