import { expect, test } from 'vitest';
import { connected, daemonAndClient, describeDaemons } from './genuine.js';

describeDaemons('transactions', (name) => {
  test('others see all of it, or nothing yet', async () => {
    const { xenstored, client } = await daemonAndClient(name);
    const other = await connected(xenstored);
    const result = await client.transaction(async (nodes) => {
      await nodes.write('/t/a', '1');
      await nodes.write('/t/b', '2');
      expect(await nodes.read('/t/a')).toBe('1');
      expect(await other.read('/t/a')).toBeUndefined();
      return 'done';
    });
    expect(result).toBe('done');
    expect([await other.read('/t/a'), await other.read('/t/b')]).toEqual(['1', '2']);
  });

  test('what the work throws aborts it, and is thrown on', async () => {
    const { client } = await daemonAndClient(name);
    const failing = client.transaction(async (nodes) => {
      await nodes.write('/t/a', '1');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await client.read('/t/a')).toBeUndefined();
  });

  test('ten clients add to one number at once, and none of it is lost', async () => {
    const { xenstored } = await daemonAndClient(name);
    const clients = await Promise.all(Array.from({ length: 10 }, async () => await connected(xenstored)));
    let runs = 0;
    await Promise.all(
      clients.map(async (client) => {
        for (let n = 0; n < 5; n += 1) {
          await client.transaction(async (nodes) => {
            runs += 1;
            await nodes.write('/sum', String(Number((await nodes.read('/sum')) ?? '0') + 1));
          });
        }
      }),
    );
    expect(await clients[0]?.read('/sum')).toBe('50');
    expect(runs).toBeGreaterThan(50);
  });

  test('one that meets changes in every attempt gives up as retryable, within its bound', async () => {
    const { xenstored, client } = await daemonAndClient(name);
    const other = await connected(xenstored);
    await client.write('/contended', 'x');
    let runs = 0;
    const work = client.transaction(
      async (nodes) => {
        runs += 1;
        const value = await nodes.read('/contended');
        await other.write('/contended', `${value ?? ''}x`);
        await nodes.write('/contended', 'mine');
      },
      { attempts: 4 },
    );
    await expect(work).rejects.toMatchObject({ code: 'XENSTORE_CONFLICT', retryable: true });
    expect(runs).toBe(4);
    expect(await client.read('/contended')).toBe('xxxxx');
  });

  test('writes side by side: oxenstored merges them, C xenstored has one of them done again', async () => {
    const { xenstored, client } = await daemonAndClient(name);
    const other = await connected(xenstored);
    await client.write('/side/there', '');
    let runs = 0;
    await client.transaction(async (nodes) => {
      runs += 1;
      await nodes.write('/side/mine', '1');
      if (runs === 1) await other.transaction(async (others) => await others.write('/side/yours', '1'));
    });
    expect(runs).toBe(name === 'oxenstored' ? 1 : 2);
    expect([...((await client.directory('/side')) ?? [])].sort()).toEqual(['mine', 'there', 'yours']);
  });

  test('its nodes are of no use once it has ended', async () => {
    const { client } = await daemonAndClient(name);
    const escaped = await client.transaction((nodes) => Promise.resolve(nodes));
    await expect(escaped.read('/tool')).rejects.toMatchObject({ code: 'XENSTORE_WRONG_STATE' });
  });

  test('given up by the caller, it is aborted and takes no effect', async () => {
    const { client } = await daemonAndClient(name);
    const given = new AbortController();
    const work = client.transaction(
      async (nodes) => {
        await nodes.write('/t/a', '1');
        given.abort('enough');
      },
      { signal: given.signal },
    );
    await expect(work).rejects.toMatchObject({ code: 'XENSTORE_ABORTED' });
    expect(await client.read('/t/a')).toBeUndefined();
  });

  test('a large directory is listed in a transaction as well', async () => {
    const { client } = await daemonAndClient(name);
    await Promise.all(Array.from({ length: 600 }, async (_, n) => await client.write(`/many/child-${n}`, '')));
    const listed = await client.transaction(async (nodes) => {
      await nodes.write('/many/mine', '');
      return await nodes.directory('/many');
    });
    expect(listed).toHaveLength(601);
  });
});
