import { monitorEventLoopDelay } from 'node:perf_hooks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openQmp, startQmp, type QmpClient } from '../../../../src/hypervisor-adapters/qemu/channel/client.js';
import type { QmpEvent } from '../../../../src/hypervisor-adapters/qemu/channel/messages.js';
import { startQmpPeers, type PeerScript, type QmpPeers } from '../../../fakes/qmp-peer.js';
import { next, openSession, reaches } from './session-scenarios.js';
import { clock, connectUnix } from './unix-connection.js';

let peers: QmpPeers;
beforeAll(() => void (peers = startQmpPeers()));
afterAll(() => peers.stop());

const deadlines = { greeting: 1000, command: 1000 };
const quick = { greeting: 60, command: 60 };

async function open(script: PeerScript, wait = deadlines): Promise<QmpClient> {
  const client = await openQmp(await connectUnix(await peers.listen(script)), { clock, deadlines: wait });
  onTestFinished(() => client.close());
  return client;
}

describe('the handshake', () => {
  test('tells the version', async () => {
    const client = await open({});
    expect(await client.ready).toEqual({ version: '7.2.0', package: 'fake' });
  });

  test('nobody greets', async () => {
    await expect(open({ greet: false, on: { qmp_capabilities: [] } }, quick)).rejects.toMatchObject({ code: 'QMP_NO_GREETING', retryable: true });
  });

  test('a greeting, and then nothing', async () => {
    await expect(open({ on: { qmp_capabilities: [{ deaf: true }] } }, quick)).rejects.toMatchObject({ code: 'QMP_TIMEOUT', retryable: true });
  });

  test('somebody who speaks something else', async () => {
    const script: PeerScript = { greet: false, atOnce: [{ raw: 'login: \n' }], on: { qmp_capabilities: [] } };
    await expect(open(script, quick)).rejects.toMatchObject({ code: 'QMP_PROTOCOL', retryable: false });
  });

  test('an answer without a greeting', async () => {
    await expect(open({ greet: false })).rejects.toMatchObject({ code: 'QMP_PROTOCOL' });
  });

  test('a refusal', async () => {
    await expect(open({ on: { qmp_capabilities: [{ fail: { class: 'GenericError', desc: 'no' } }] } })).rejects.toMatchObject({ code: 'QMP_PROTOCOL' });
  });

  test('hung up in the middle of a message', async () => {
    const script: PeerScript = { on: { qmp_capabilities: [{ raw: '{"return": {}, ' }, { hangUp: true }] } };
    await expect(open(script)).rejects.toMatchObject({ code: 'QMP_CLOSED', retryable: true });
  });

  test('given up by the caller', async () => {
    const given = new AbortController();
    const connection = await connectUnix(await peers.listen({ on: { qmp_capabilities: [] } }));
    const opened = openQmp(connection, { clock, deadlines, signal: given.signal });
    given.abort(new Error('enough'));
    await expect(opened).rejects.toMatchObject({ code: 'QMP_ABORTED', cause: new Error('enough') });
  });

  test('noise before the greeting is survived', async () => {
    const script: PeerScript = {
      greet: false,
      atOnce: [{ raw: 'noise\n{"QMP": {"version": {"qemu": {"micro": 1, "minor": 2, "major": 7}, "package": ""}}}\n' }],
    };
    const client = await open(script);
    expect(client.counters.malformed).toBe(1);
  });

  test('events in the same read as the handshake are kept for the first subscriber', async () => {
    const client = await open({ on: { qmp_capabilities: [{ event: 'RESUME' }, { reply: {} }, { event: 'STOP' }] } });
    await client.execute('query-status').catch(() => undefined);
    const names: string[] = [];
    client.events.subscribe((told) => names.push(told.event));
    expect(names).toEqual(['RESUME', 'STOP']);
  });
});

describe('answers', () => {
  test('out of order: each finds its question', async () => {
    const client = await open({ on: { 'query-version': [{ hold: true }], 'query-kvm': [{ answerHeldReversed: true }, { reply: 'last' }] } });
    const order: unknown[] = [];
    const questions = [1, 2, 3].map(async (n) => order.push([n, await client.execute('query-version')]));
    await Promise.all([...questions, client.execute('query-kvm')]);
    expect(order).toEqual([
      [3, 3],
      [2, 2],
      [1, 1],
    ]);
  });

  test('unknown ids, repeated ids and none at all are ignored and counted', async () => {
    const raw = '{"return": 1, "id": 999}\n{"return": 2}\n{"error": {"class": "GenericError", "desc": "?"}, "id": "x"}\n{"return": 3, "id": $id}\n{"return": 4, "id": $id}\n';
    const client = await open({ on: { 'query-version': [{ raw }] } });
    expect(await client.execute('query-version')).toBe(3);
    await client.execute('query-status');
    expect(client.counters.unmatched).toBe(4);
  });

  test('malformed lines in between are ignored and counted', async () => {
    const raw = '{"return": \n\0\0\n[]\n{"return": 3, "id": $id}\n';
    const client = await open({ on: { 'query-version': [{ raw }] } });
    expect(await client.execute('query-version')).toBe(3);
    expect(client.counters.malformed).toBe(3);
  });

  test('one that comes after its deadline is ignored, and the next question is answered', async () => {
    const client = await open({ on: { 'query-version': [{ hold: true }], 'query-kvm': [{ answerHeldReversed: true }, { reply: 'now' }] } });
    const late = client.execute('query-version', {}, { deadline: 30 });
    await expect(late).rejects.toMatchObject({ code: 'QMP_TIMEOUT', retryable: true });
    expect(await client.execute('query-kvm')).toBe('now');
    expect(client.counters.unmatched).toBe(1);
  });

  test('a question given up by its caller, before and after it was sent', async () => {
    const client = await open({ on: { 'query-version': [{ hold: true }] } });
    const given = new AbortController();
    const answer = client.execute('query-version', {}, { signal: given.signal });
    given.abort('enough');
    await expect(answer).rejects.toMatchObject({ code: 'QMP_ABORTED', cause: 'enough' });
    await expect(client.execute('query-version', {}, { signal: given.signal })).rejects.toMatchObject({ code: 'QMP_ABORTED' });
  });

  test('hung up in the middle of an answer: all that wait hear of it', async () => {
    const client = await open({ on: { 'query-version': [{ hold: true }], 'query-kvm': [{ raw: '{"return": {}, "id"' }, { hangUp: true }] } });
    const both = await Promise.allSettled([client.execute('query-version'), client.execute('query-kvm')]);
    expect(both.map((each) => each.status === 'rejected' && (each.reason as { code: string }).code)).toEqual(['QMP_CLOSED', 'QMP_CLOSED']);
    expect(await client.closed).toEqual({ by: 'peer', reason: 'end of file' });
  });

  test('2 MiB in one line', async () => {
    const client = await open({ on: { 'qom-get': [{ huge: 2 * 1024 * 1024 }] } });
    expect(String(await client.execute('qom-get', { path: '/', property: 'type' }))).toHaveLength(2 * 1024 * 1024);
    expect(client.transcript().join('').length).toBeLessThan(4096);
  });

  test('9 MiB in one line are refused, and the client goes on', async () => {
    const client = await open({ on: { 'qom-get': [{ huge: 9 * 1024 * 1024 }] } });
    const huge = client.execute('qom-get', { path: '/', property: 'type' }, { deadline: 250 });
    await expect(huge).rejects.toMatchObject({ code: 'QMP_TIMEOUT' });
    await client.execute('query-status');
    expect(client.counters.malformed).toBe(1);
  });

  test('requests are short: no whitespace, nothing that is not asked', async () => {
    const client = await open({});
    await client.execute('query-status');
    expect(client.transcript().filter((line) => line.includes(' > ')).map((line) => line.split(' > ')[1])).toEqual([
      '{"execute":"qmp_capabilities","id":0}',
      '{"execute":"query-status","id":1}',
    ]);
  });

  test('a client that is not ready yet takes commands, and they are carried out in order', async () => {
    const client = startQmp(await connectUnix(await peers.listen()), { clock, deadlines });
    onTestFinished(() => client.close());
    const [status] = await Promise.all([client.execute('query-status'), client.execute('cont'), client.ready]);
    expect(status.status).toBe('prelaunch');
  });
});

describe('a flood of events', () => {
  const count = 100_000;
  test('is delivered completely, in order, with the loop free in between', async () => {
    const client = await open({ on: { 'query-kvm': [{ flood: count }, { reply: {} }] } }, { greeting: 1000, command: 10_000 });
    let expected = 0;
    client.events.subscribe((told: QmpEvent) => {
      if (told.event === 'RTC_CHANGE' && told.data.offset === expected) expected += 1;
    });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await client.execute('query-kvm');
    delay.disable();
    expect(expected).toBe(count);
    // About 15 ms on a quiet machine; a shared one gets more room.
    expect(delay.max / 1e6).toBeLessThan(250);
  });

  test('keeps only the last 1024 for a subscriber who comes later', async () => {
    const client = await open({ on: { 'query-kvm': [{ flood: 3000 }, { reply: {} }] } });
    await client.execute('query-kvm');
    const offsets: number[] = [];
    client.events.subscribe((told) => told.event === 'RTC_CHANGE' && offsets.push(told.data.offset));
    expect([offsets.length, offsets[0], offsets.at(-1)]).toEqual([1024, 3000 - 1024, 2999]);
    expect(client.counters.droppedEvents).toBe(3000 - 1024);
  });
});

describe('a session', () => {
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
    await session.release();
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
        await session.release();
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

test('the peer is a process of its own, and its end is the end of the channel', async () => {
  const mortal = startQmpPeers();
  const client = await openQmp(await connectUnix(await mortal.listen()), { clock, deadlines });
  mortal.stop();
  expect(await client.closed).toMatchObject({ by: 'peer' });
});
