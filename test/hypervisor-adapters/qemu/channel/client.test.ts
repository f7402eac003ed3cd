import { throwError } from 'rxjs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hostSockets } from '../../../../src/effects/sockets.js';
import { openQmp, startQmp, type QmpClient } from '../../../../src/hypervisor-adapters/qemu/channel/client.js';
import type { QmpEvent } from '../../../../src/hypervisor-adapters/qemu/channel/messages.js';
import { startQmpPeers, type PeerScript, type QmpPeers } from '../../../fakes/qmp-peer.js';
import { holdLoop } from '../../../support/hold-loop.js';
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
  /** Bytes of its first event; none is shorter. */
  const shortest = '{"timestamp":{"seconds":1,"microseconds":2},"event":"RTC_CHANGE","data":{"offset":0}}\r\n'.length;
  const eachChunk = 700;

  test('is delivered completely, in order, with the loop free in between', async () => {
    const path = await peers.listen({ on: { 'query-kvm': [{ flood: count }, { reply: {} }] } });
    const client = await openQmp(await hostSockets.connect(path, AbortSignal.timeout(1000)), { clock, deadlines: { greeting: 1000, command: 10_000 } });
    onTestFinished(() => client.close());
    let expected = 0;
    let inThisTurn = 0;
    let mostInOneTurn = 0;
    client.events.subscribe((told: QmpEvent) => {
      if (told.event === 'RTC_CHANGE' && told.data.offset === expected) expected += 1;
      if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
      inThisTurn += 1;
      mostInOneTurn = Math.max(mostInOneTurn, inThisTurn);
      // Slower than the peer: once a chunk of 64 KiB it is given the time to write the next one.
      if (expected % eachChunk === 0) holdLoop(2);
    });
    await client.execute('query-kvm');
    expect(expected).toBe(count);
    // Counted, since a clock would measure what else the machine has to do. A socket of ours gives 320 KiB in a turn, whatever its peer writes.
    expect(mostInOneTurn).toBeLessThanOrEqual((320 * 1024) / shortest);
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

test('the peer is a process of its own, and its end is the end of the channel', async () => {
  const mortal = startQmpPeers();
  const client = await openQmp(await connectUnix(await mortal.listen()), { clock, deadlines });
  mortal.stop();
  expect(await client.closed).toMatchObject({ by: 'peer' });
});

test('a connection that broke', async () => {
  const broken = { received: throwError(() => new Error('EPIPE')), send: () => undefined, close: () => undefined };
  const client = startQmp(broken, { clock, deadlines });
  await expect(client.ready).rejects.toMatchObject({ code: 'QMP_CLOSED' });
  expect(await client.closed).toEqual({ by: 'failure', reason: 'EPIPE' });
});
