import { throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { hostClock } from '../../../../../src/effects/clock.js';
import { createXenstoreClient, type Firing } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/client.js';
import { startXenstorePeers } from '../../../../fakes/xenstore-peer.js';
import { clientOf, clientOfPeer, peersOfThisFile, type } from './peer-client.js';

const peers = peersOfThisFile();

describe('answers', () => {
  test('out of order: each finds its question', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [{ hold: true }], [type.mkdir]: [{ answerHeld: [2, 0, 1] }, { reply: 'OK\0' }] } });
    const order: unknown[] = [];
    const questions = ['/a', '/b', '/c'].map(async (path) => order.push([path, await client.read(path)]));
    await Promise.all([...questions, client.mkdir('/go')]);
    expect(order).toEqual([
      ['/c', '/c\0'],
      ['/a', '/a\0'],
      ['/b', '/b\0'],
    ]);
  });

  test('ids that nobody has used, and replies that come twice, are counted and hurt nobody', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [{ packet: { id: 0xdead_beef, payload: 'x' } }, { reply: 'right' }, { reply: 'again' }] } });
    expect(await client.read('/a')).toBe('right');
    await client.mkdir('/b');
    expect(client.counters.unmatched).toBe(2);
  });

  test('a reply of another type is no answer to what was asked', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [{ packet: { type: type.write, payload: 'OK\0' } }] } });
    await expect(client.read('/a')).rejects.toMatchObject({ code: 'XENSTORE_PROTOCOL' });
    await client.mkdir('/b');
  });

  test('events between replies, and events that name nothing', async () => {
    const on = { [type.read]: [{ fire: { path: '/w', token: 't' } }, { packet: { type: 15, id: 0, payload: 'alone\0' } }, { reply: 'v' }, { fire: { path: '/w/x', token: 't' } }] };
    const client = await clientOfPeer(peers(), { on });
    const firings: Firing[] = [];
    client.firings.subscribe((firing) => firings.push(firing));
    expect(await client.read('/a')).toBe('v');
    await client.mkdir('/b');
    expect(firings).toEqual([{ path: '/w', token: 't' }, { path: '/w/x', token: 't' }]);
    expect(client.counters.malformed).toBe(1);
  });

  test('a directory in one reply of 500 KB', async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `child-with-a-name-${n}`);
    const client = await clientOfPeer(peers(), { on: { [type.directory]: [{ reply: `${names.join('\0')}\0` }] } });
    expect(await client.directory('/many')).toEqual(names);
  });

  test('a daemon whose partial directory never ends is not asked for ever', async () => {
    const on = { [type.directory]: [{ fail: 'E2BIG' }], [type.partial]: [{ reply: '1\0' }] };
    const client = await clientOfPeer(peers(), { on });
    await expect(client.directory('/many')).rejects.toMatchObject({ code: 'XENSTORE_PROTOCOL' });
  });

  test('a directory that is too large for a daemon without parts is told as that', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.directory]: [{ fail: 'E2BIG' }], [type.partial]: [{ fail: 'ENOSYS' }] } });
    await expect(client.directory('/many')).rejects.toMatchObject({ code: 'XENSTORE_TOO_LARGE' });
  });

  test('a directory whose generation changes between two parts is begun anew, so that no name is missing or old', async () => {
    const inTurn = { [type.partial]: [[{ reply: '1\0old\0' }], [{ reply: '2\0other\0' }], [{ reply: '2\0new\0' }], [{ reply: '2\0other\0\0' }]] };
    const client = await clientOfPeer(peers(), { on: { [type.directory]: [{ fail: 'E2BIG' }] }, inTurn });
    expect(await client.directory('/many')).toEqual(['new', 'other']);
  });

  test('one that changes each time is given up as a conflict', async () => {
    const inTurn = { [type.partial]: [[{ reply: '1\0a\0' }], [{ reply: '2\0b\0' }]] };
    const client = await clientOfPeer(peers(), { on: { [type.directory]: [{ fail: 'E2BIG' }] }, inTurn });
    await expect(client.directory('/many')).rejects.toMatchObject({ code: 'XENSTORE_CONFLICT', retryable: true });
  });

  test('a transaction whose work fails is ended at the daemon, too', async () => {
    const on = { [type.start]: [{ reply: '7\0' }], [type.end]: [{ fire: { path: '/ended', token: 't' } }, { reply: 'OK\0' }] };
    const client = await clientOfPeer(peers(), { on });
    const ended: string[] = [];
    client.firings.subscribe(({ path }) => ended.push(path));
    await expect(client.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(ended).toEqual(['/ended']);
  });

  test('a transaction that gets no id', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.start]: [{ reply: '\0' }] } });
    await expect(client.transaction(async () => await Promise.resolve())).rejects.toMatchObject({ code: 'XENSTORE_PROTOCOL' });
  });

  test('permissions that are none', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.permissions]: [{ reply: 'everybody\0' }] } });
    await expect(client.getPermissions('/a')).rejects.toMatchObject({ code: 'XENSTORE_PROTOCOL' });
  });

  test.each([
    ['EACCES', { code: 'XENSTORE_NOT_PERMITTED', retryable: false, cure: expect.stringContaining('root') as unknown }],
    ['EQUOTA', { code: 'XENSTORE_QUOTA', retryable: false }],
    ['EINVAL', { code: 'XENSTORE_REFUSED', cause: { about: 'mkdir /a', errno: 'EINVAL' } }],
    ['EBUSY', { code: 'XENSTORE_REFUSED', retryable: true }],
  ])('%s', async (errno, expected) => {
    const client = await clientOfPeer(peers(), { on: { [type.mkdir]: [{ fail: errno }] } });
    await expect(client.mkdir('/a')).rejects.toMatchObject(expected);
  });
});

describe('waits', () => {
  test('a question that is not answered is given up at its deadline, or at that of the client', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [] } }, 60);
    await expect(client.read('/a', { deadline: 20 })).rejects.toMatchObject({ code: 'XENSTORE_TIMEOUT', retryable: true, message: 'read /a was not answered within 20 ms' });
    await expect(client.read('/a')).rejects.toMatchObject({ code: 'XENSTORE_TIMEOUT', message: 'read /a was not answered within 60 ms' });
  });

  test('a question that is given up by its caller, before and after it was sent', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [] } });
    const given = new AbortController();
    const answer = client.read('/a', { signal: given.signal });
    given.abort('enough');
    await expect(answer).rejects.toMatchObject({ code: 'XENSTORE_ABORTED', cause: 'enough' });
    await expect(client.read('/a', { signal: given.signal })).rejects.toMatchObject({ code: 'XENSTORE_ABORTED' });
  });

  test('a transaction that conflicts is given up between two attempts', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.start]: [{ reply: '7\0' }], [type.end]: [{ fail: 'EAGAIN' }] } });
    const given = new AbortController();
    let runs = 0;
    const work = client.transaction(
      async () => {
        runs += 1;
        if (runs === 3) setTimeout(() => given.abort('enough'), 1);
        await Promise.resolve();
      },
      { signal: given.signal },
    );
    await expect(work).rejects.toMatchObject({ code: 'XENSTORE_ABORTED' });
  });
});

describe('ends', () => {
  test('hung up in the middle of an answer: all that wait hear of it, and what comes later is not sent', async () => {
    const on = { [type.read]: [{ hold: true }], [type.mkdir]: [{ packet: { payload: 'OK', length: 20 } }, { hangUp: true }] } as const;
    const client = await clientOfPeer(peers(), { on });
    const both = await Promise.allSettled([client.read('/a'), client.mkdir('/b')]);
    expect(both).toMatchObject([{ reason: { code: 'XENSTORE_LOST', retryable: true } }, { reason: { code: 'XENSTORE_LOST' } }]);
    expect(await client.closed).toEqual({ by: 'peer', reason: 'end of file' });
    await expect(client.read('/a')).rejects.toMatchObject({ code: 'XENSTORE_LOST', message: expect.stringContaining('not sent') as unknown });
  });

  test('what is no xenstore ends the connection at once', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [{ raw: 'HTTP/1.1 400 Bad Request\r\n' }] } });
    await expect(client.read('/a')).rejects.toMatchObject({ code: 'XENSTORE_PROTOCOL' });
    expect(await client.closed).toMatchObject({ by: 'protocol' });
  });

  test('closed by us: what is under way hears that, and closing twice is fine', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [] } });
    const waiting = client.read('/a');
    client.close();
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'XENSTORE_CLOSED', retryable: false });
    expect(await client.closed).toMatchObject({ by: 'us' });
  });

  test('the peer is a process of its own, and its end is the end of the connection', async () => {
    const mortal = startXenstorePeers();
    const client = await clientOf(await mortal.listen());
    await client.mkdir('/a');
    let completed = false;
    client.firings.subscribe({ complete: () => (completed = true) });
    mortal.stop();
    expect(await client.closed).toMatchObject({ by: 'peer' });
    expect(completed).toBe(true);
  });

  test('a connection that broke before it was used', async () => {
    const broken = { received: throwError(() => new Error('EPIPE')), send: () => undefined, close: () => undefined };
    const client = createXenstoreClient(broken, { clock: hostClock, deadline: 1000 });
    expect(await client.closed).toEqual({ by: 'failure', reason: 'EPIPE' });
    await expect(client.read('/a')).rejects.toMatchObject({ code: 'XENSTORE_LOST' });
  });
});

describe('a flood of events', () => {
  const count = 100_000;
  test('is delivered completely and in order, for a few microseconds of work each', async () => {
    const client = await clientOfPeer(peers(), { on: { [type.read]: [{ flood: count }, { reply: 'v' }] } }, 10_000);
    let expected = 0;
    client.firings.subscribe(({ token }) => {
      if (token === String(expected)) expected += 1;
    });
    const before = process.cpuUsage();
    await client.read('/a');
    const { user, system } = process.cpuUsage(before);
    expect(expected).toBe(count);
    // Work and not time: others may want the processor as well. About 2 µs on a warm machine.
    expect((user + system) / count).toBeLessThan(20);
  });
});
