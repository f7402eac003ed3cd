import fc from 'fast-check';
import { EMPTY } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openQmp } from '../../../../src/hypervisor-adapters/qemu/channel/client.js';
import type { Rounds } from '../../../../src/anchors/rounds.js';
import { openQemuSession } from '../../../../src/hypervisor-adapters/qemu/channel/session.js';
import { startQmpPeers, type QmpPeers } from '../../../fakes/qmp-peer.js';
import { next, openSession, reaches, sessionScenarios } from './session-scenarios.js';
import { clock, connectUnix } from './unix-connection.js';

let peers: QmpPeers;
beforeAll(() => void (peers = startQmpPeers()));
afterAll(() => peers.stop());

const deadlines = { greeting: 1000, command: 1000 };

describe('a session on a peer that speaks QMP', () => {
  sessionScenarios(async () => ({ socket: await peers.listen(), guestIsUp: () => Promise.resolve() }));
});

describe('a session on a peer that does not', () => {
  test('an answer never overtakes an event that came after it', async () => {
    const both = '{"return": {"status": "prelaunch"}, "id": $id}\n{"event": "RESUME"}\n';
    const { session, seen } = await openSession(await peers.listen({ on: { 'query-status': [{ raw: both }] } }));
    expect(seen.map((each) => each.type === 'guest.state' && each.state)).toEqual(['prelaunch', 'running']);
    session.close();
  });

  test('an answer of another shape means that nothing is known', async () => {
    const { seen } = await openSession(await peers.listen({ on: { 'query-status': [{ reply: null }] } }));
    expect(seen).toEqual([{ type: 'guest.state', state: 'transitional' }]);
  });

  test('a storm of STOP costs two questions, not one each', async () => {
    const storm = Array.from({ length: 50 }, () => ({ event: 'STOP' }));
    const { session } = await openSession(await peers.listen({ on: { 'query-kvm': [...storm, { reply: {} }] } }));
    await session.client.execute('query-kvm');
    await session.runState();
    const asked = session.transcript().filter((line) => line.includes('> {"execute":"query-status"'));
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  test('a sleeping guest is woken, since cont would do nothing', async () => {
    const on = { 'query-status': [{ reply: { status: 'suspended' } }], system_wakeup: [{ event: 'WAKEUP' }, { reply: {} }] };
    const { session, seen } = await openSession(await peers.listen({ on }));
    await session.release(AbortSignal.timeout(10_000));
    expect(seen.at(-1)).toEqual({ type: 'guest.state', state: 'running' });
  });

  test('a first question without an answer ends the opening, and the connection', async () => {
    const path = await peers.listen({ on: { 'query-status': [] } });
    await expect(openSession(path, 40)).rejects.toMatchObject({ code: 'QMP_TIMEOUT' });
    // The peer serves one client: that it greets shows that the first is gone.
    await clock.sleep(20);
    const again = await openQmp(await connectUnix(path), { clock, deadlines });
    again.close();
  });

  test('it is visited by the rounds while it lives, and asks nothing while it is silent', async () => {
    const visits = new Set<() => void>();
    const rounds: Rounds = {
      join: (visit) => {
        visits.add(visit);
        return () => visits.delete(visit);
      },
    };
    const connection = await connectUnix(await peers.listen({ on: { system_powerdown: [{ deaf: true }] } }));
    const session = await openQemuSession(connection, { clock, silence: 50, rounds });
    const questions = (): number => session.transcript().filter((line) => line.includes('> {"execute":"query-status"')).length;
    for (const visit of visits) visit();
    expect(questions()).toBe(2);
    await session.press().catch(() => undefined);
    for (const visit of visits) visit();
    expect(questions()).toBe(2);
    session.close();
    await session.client.closed;
    expect(visits.size).toBe(0);
  });

  test('a connection that had ended before it was read', async () => {
    const gone = { received: EMPTY, send: () => undefined, close: () => undefined };
    await expect(openQemuSession(gone, { clock, silence: 50 })).rejects.toMatchObject({ code: 'QMP_CLOSED' });
  });

  test('silence is told once, and so is the first answer after it', async () => {
    const on = { 'query-kvm': [{ hold: true }], 'query-version': [{ answerHeldReversed: true }, { reply: {} }], system_powerdown: [] } as const;
    const { session, seen } = await openSession(await peers.listen({ on, status: 'running' }), 50);
    await Promise.allSettled([session.press(), session.press()]);
    expect(await next(session, 'channel.silent')).toMatchObject({ type: 'channel.silent' });
    await session.client.execute('query-version');
    await reaches(session, 'running');
    expect(seen.map(({ type }) => type)).toEqual(['guest.state', 'channel.silent', 'channel.answering']);
  });

  test('however the bytes are cut, the same is seen', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(sizes, async (pieces) => {
        const { session, seen } = await openSession(await peers.listen({ pieces }));
        await session.release(AbortSignal.timeout(10_000));
        await session.press();
        await reaches(session, 'shutdown');
        expect(seen).toEqual([
          { type: 'guest.state', state: 'prelaunch' },
          { type: 'guest.state', state: 'running' },
          { type: 'guest.button' },
          { type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' },
          { type: 'guest.state', state: 'shutdown' },
        ]);
        session.close();
      }),
      { numRuns: 15 },
    );
  });
});
