import { expect, test } from 'vitest';
import { errnoOf } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/errors.js';
import { connected, daemon, daemonAndClient, describeDaemons } from './genuine.js';

describeDaemons('nodes', (name) => {
  test('what is written is read, and nodes above it come to be', async () => {
    const { client } = await daemonAndClient(name);
    await client.write('/a/b/c', 'one');
    expect(await client.read('/a/b/c')).toBe('one');
    expect(await client.read('/a/b')).toBe('');
    expect(await client.directory('/a')).toEqual(['b']);
    expect(await client.directory('/a/b/c')).toEqual([]);
  });

  test('an absent node is no error to those who read', async () => {
    const { client } = await daemonAndClient(name);
    expect(await client.read('/none')).toBeUndefined();
    expect(await client.readBytes('/none')).toBeUndefined();
    expect(await client.directory('/none')).toBeUndefined();
    expect(await client.getPermissions('/none')).toBeUndefined();
    await expect(client.setPermissions('/none', { owner: 0, others: 'none', grants: [] })).rejects.toMatchObject({ code: 'XENSTORE_ABSENT' });
  });

  test('a value comes back byte for byte, whatever its bytes', async () => {
    const { client } = await daemonAndClient(name);
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    await client.write('/bytes', bytes);
    expect(await client.readBytes('/bytes')).toEqual(bytes);
    await client.write('/text', 'Ärger\n€');
    expect(await client.read('/text')).toBe('Ärger\n€');
    await client.write('/empty', '');
    expect(await client.read('/empty')).toBe('');
  });

  test('mkdir keeps what is there, rm takes all below, and both can be said again', async () => {
    const { client } = await daemonAndClient(name);
    await client.write('/d/x', 'kept');
    await client.mkdir('/d/x');
    await client.mkdir('/d/new/deep');
    expect(await client.read('/d/x')).toBe('kept');
    await client.rm('/d');
    await client.rm('/d');
    await client.rm('/d/with/no/parent');
    expect(await client.read('/d/x')).toBeUndefined();
  });

  test('permissions are set and read, with owner, default and grants', async () => {
    const { client } = await daemonAndClient(name);
    await client.mkdir('/p');
    expect(await client.getPermissions('/p')).toEqual({ owner: 0, others: 'none', grants: [] });
    const permissions = { owner: 0, others: 'read', grants: [{ domid: 5, access: 'both' }, { domid: 6, access: 'write' }] } as const;
    await client.setPermissions('/p', permissions);
    expect(await client.getPermissions('/p')).toEqual(permissions);
  });

  test('a value of 2048 bytes fits both; of 4070 only C xenstored, and the refusal of the other is told as such', async () => {
    const { client } = await daemonAndClient(name);
    await client.write('/v/2048', 'x'.repeat(2048));
    expect(await client.read('/v/2048')).toHaveLength(2048);
    const large = client.write('/v/4070', 'x'.repeat(4070));
    if (name === 'xenstored') {
      await large;
      expect(await client.read('/v/4070')).toHaveLength(4070);
    } else {
      await expect(large).rejects.toMatchObject({ code: 'XENSTORE_TOO_LARGE', message: expect.stringContaining('oxenstored takes values of 2048 bytes') as unknown });
    }
  });

  test('what no message can carry is not sent, and the connection lives', async () => {
    const { client } = await daemonAndClient(name);
    const { packets } = client.counters;
    await expect(client.write('/v', 'x'.repeat(4094))).rejects.toMatchObject({ code: 'XENSTORE_TOO_LARGE', message: expect.stringContaining('room for 4093') as unknown });
    const grants = Array.from({ length: 1000 }, (_, domid) => ({ domid, access: 'read' as const }));
    await expect(client.setPermissions('/v', { owner: 0, others: 'none', grants })).rejects.toMatchObject({ code: 'XENSTORE_TOO_LARGE' });
    expect(client.counters.packets).toBe(packets);
    expect(await client.read('/v')).toBeUndefined();
  });

  test('600 children are listed completely, in one message or in parts', async () => {
    const { client } = await daemonAndClient(name);
    const names = Array.from({ length: 600 }, (_, n) => `child-with-a-long-name-${n}`);
    await Promise.all(names.map(async (child) => await client.write(`/many/${child}`, '')));
    const before = client.counters.packets;
    expect([...((await client.directory('/many')) ?? [])].sort()).toEqual([...names].sort());
    // oxenstored: one reply of some 16 KB. C xenstored: E2BIG, and then parts of up to 4 KB.
    expect(client.counters.packets - before).toBe(name === 'oxenstored' ? 1 : 5);
  });

  test('a directory that changes while it is read in parts is read anew', async () => {
    const { xenstored, client } = await daemonAndClient(name);
    const other = await connected(xenstored);
    const names = Array.from({ length: 600 }, (_, n) => `child-${n}-${'x'.repeat(16)}`);
    await Promise.all(names.map(async (child) => await client.write(`/many/${child}`, '')));
    const writing = Promise.all(Array.from({ length: 20 }, async (_, n) => await other.write(`/many/new-${n}`, '')));
    const listed = new Set(await client.directory('/many'));
    await writing;
    expect(names.filter((child) => !listed.has(child))).toEqual([]);
  });

  test('a path that no store could hold is not sent', async () => {
    const { client } = await daemonAndClient(name);
    for (const path of ['', 'relative', '/a/', '/a//b', '/a b', '/a+b', '/a\0b', `/${'a'.repeat(3072)}`, '@releaseDomain']) {
      await expect(client.read(path), path).rejects.toMatchObject({ code: 'XENSTORE_PATH_INVALID' });
    }
    expect(client.counters.packets).toBe(0);
  });

  test('paths are as long as the daemon takes them: 2048 bytes, oxenstored 1024; one more is its refusal', async () => {
    const { client } = await daemonAndClient(name);
    const longest = name === 'oxenstored' ? 1024 : 2048;
    const path = `/${'n'.repeat(longest - 1)}`;
    await client.write(path, 'far');
    expect(await client.read(path)).toBe('far');
    const outcome = await client.read(`${path}n`).catch((error: unknown) => errnoOf(error));
    expect(outcome).toBe('EINVAL');
    expect(await client.read('/tool')).toBeDefined();
  });

  test('300 requests under way at once are each answered with their own', async () => {
    const { client } = await daemonAndClient(name);
    await Promise.all(Array.from({ length: 300 }, async (_, n) => await client.write(`/n/${n}`, String(n))));
    const values = await Promise.all(Array.from({ length: 300 }, async (_, n) => await client.read(`/n/${n}`)));
    expect(values).toEqual(Array.from({ length: 300 }, (_, n) => String(n)));
    expect(client.counters.unmatched).toBe(0);
  });

  test('one that is not answered in time is given up; its late reply is counted and hurts nobody', async () => {
    const { xenstored, client } = await daemonAndClient(name);
    xenstored.freeze();
    const started = Date.now();
    await expect(client.read('/tool', { deadline: 50 })).rejects.toMatchObject({ code: 'XENSTORE_TIMEOUT', retryable: true });
    expect(Date.now() - started).toBeLessThan(2000);
    const given = new AbortController();
    const waiting = client.read('/tool', { signal: given.signal });
    given.abort('enough');
    await expect(waiting).rejects.toMatchObject({ code: 'XENSTORE_ABORTED', cause: 'enough' });
    xenstored.thaw();
    expect(await client.read('/tool')).toBeDefined();
    expect(client.counters.unmatched).toBe(2);
  });

  test('a daemon that is killed: what is under way rejects and may be tried again', async () => {
    const { xenstored, client } = await daemonAndClient(name);
    xenstored.freeze();
    const waiting = client.read('/tool');
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'XENSTORE_LOST', retryable: true }), xenstored.kill()]);
    expect((await client.closed).by).not.toBe('us');
    await expect(client.read('/tool')).rejects.toMatchObject({ code: 'XENSTORE_LOST' });
  });

  test('clients see what others write', async () => {
    const xenstored = await daemon(name);
    const [one, other] = await Promise.all([connected(xenstored), connected(xenstored)]);
    await one.write('/shared', 'value');
    expect(await other.read('/shared')).toBe('value');
  });
});
