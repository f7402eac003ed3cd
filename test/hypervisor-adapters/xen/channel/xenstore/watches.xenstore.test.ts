import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Xenstore } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { connected, daemon, describeDaemons, eventually, opened, until } from './genuine.js';

/** All events so far of a path, as `reason path`. */
function seen(store: Xenstore, path: string): string[] {
  const events: string[] = [];
  const subscription = store.watch(path).subscribe((event) => events.push(`${event.reason} ${event.path}`));
  onTestFinished(() => subscription.unsubscribe());
  return events;
}

describeDaemons('watches', (name) => {
  test('a watch begins with a look, and then tells what changed at the node and below', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    const other = await connected(xenstored);
    const events = seen(store, '/w');
    await eventually(() => expect(events).toEqual(['look /w']));
    await other.write('/w/deep/node', '1');
    await other.write('/elsewhere', '1');
    await other.rm('/w');
    await eventually(() => expect(events).toEqual(['look /w', 'changed /w/deep/node', 'changed /w']));
  });

  test('one watch on the wire for a path, however many subscribe, and none when nobody does', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    const other = await connected(xenstored);
    const [one, two] = [seen(store, '/w'), seen(store, '/w')];
    await eventually(() => expect([one, two]).toEqual([['look /w'], ['look /w']]));
    // Who comes later is told to look as well, at once.
    const late: string[] = [];
    const subscription = store.watch('/w').subscribe((event) => late.push(event.reason));
    expect(late).toEqual(['look']);
    await other.write('/w', '1');
    await eventually(() => expect([one.length, two.length, late.length]).toEqual([2, 2, 2]));
    subscription.unsubscribe();
    await other.write('/w', '2');
    await eventually(() => expect([one.length, two.length]).toEqual([3, 3]));
    expect(late).toHaveLength(2);
  });

  test('a path that is watched again after all have left begins with a look again', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    for (let round = 0; round < 3; round += 1) {
      const events: string[] = [];
      const subscription = store.watch('/w').subscribe((event) => events.push(event.reason));
      // C xenstored makes one of events that are alike and not sent yet.
      await eventually(() => expect(events).toEqual(['look']));
      await store.write('/w', String(round));
      await eventually(() => expect(events).toEqual(['look', 'changed']));
      subscription.unsubscribe();
    }
  });

  test('domains that come and go fire the special watches, and the hypervisor is asked which', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    const introduced = seen(store, '@introduceDomain');
    const released = seen(store, '@releaseDomain');
    await eventually(() => expect([introduced.length, released.length]).toEqual([1, 1]));

    expect(await store.getDomainPath(5)).toBe('/local/domain/5');
    expect([await store.isDomainIntroduced(0), await store.isDomainIntroduced(5)]).toEqual([true, false]);
    xenstored.domain(5, 'running');
    await store.introduceDomain(5, 1, 1);
    await eventually(() => expect(introduced).toEqual(['look @introduceDomain', 'changed @introduceDomain']));
    expect(await store.isDomainIntroduced(5)).toBe(true);

    // The guest powers off: an event, and it is still introduced.
    xenstored.domain(5, 'shutdown');
    xenstored.virq();
    await eventually(() => expect(released).toHaveLength(2));
    expect(await store.isDomainIntroduced(5)).toBe(true);

    // It is destroyed.
    xenstored.domain(5, 'absent');
    xenstored.virq();
    await eventually(() => expect(released).toHaveLength(3));
    expect(await store.isDomainIntroduced(5)).toBe(false);
  });

  test('a domain that is released by hand', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    const released = seen(store, '@releaseDomain');
    xenstored.domain(7, 'running');
    await store.introduceDomain(7, 1, 1);
    await store.releaseDomain(7);
    await eventually(() => expect(released).toContain('changed @releaseDomain'));
    expect(await store.isDomainIntroduced(7)).toBe(false);
  });
});

describeDaemons('a store over several connections', (name) => {
  test('a killed daemon that is started again: watches are there again and tell to look, and requests work', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    const values: (string | undefined)[] = [];
    const events: string[] = [];
    const subscription = store.watch('/state').subscribe((event) => {
      events.push(event.reason);
      void store.read('/state').then((value) => values.push(value), () => undefined);
    });
    onTestFinished(() => subscription.unsubscribe());
    await store.write('/state', 'before');
    await eventually(() => expect(values.at(-1)).toBe('before'));
    events.length = 0;

    await xenstored.kill();
    await until(store, 'disconnected');
    await expect(store.read('/state')).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE', retryable: true });
    await xenstored.start();
    await until(store, 'connected');
    // A fresh store is empty: who reads because of the look sees that.
    await eventually(() => expect(values.at(-1)).toBeUndefined());
    expect(events).toEqual(['look']);
    await store.write('/state', 'after');
    await eventually(() => expect(values.at(-1)).toBe('after'));
    expect(events).toEqual(['look', 'changed']);
  });

  test('what is under way when the daemon dies rejects as retryable, and so does a transaction', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    await until(store, 'connected');
    let dying = Promise.resolve();
    const work = store.transaction(async (nodes) => {
      await nodes.write('/t', '1');
      dying = xenstored.kill();
      await dying;
      await nodes.write('/t', '2');
    });
    await expect(work).rejects.toMatchObject({ code: 'XENSTORE_LOST', retryable: true });
    await dying;
  });

  test('a daemon that comes later is found, and requests made meanwhile were refused at once', async () => {
    const xenstored = await daemon(name);
    await xenstored.kill();
    const store = opened(xenstored);
    const events = seen(store, '/w');
    const refused = await until(store, 'disconnected');
    expect(refused).toMatchObject({ error: { code: 'XENSTORE_UNREACHABLE' } });
    const started = Date.now();
    await expect(store.read('/w')).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE' });
    expect(Date.now() - started).toBeLessThan(1000);
    await xenstored.start();
    await until(store, 'connected');
    await eventually(() => expect(events).toEqual(['look /w']));
  });

  test('watches made and left while there is no connection are on the next one as they are then', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    const left = store.watch('/left').subscribe();
    await store.read('/left');
    await xenstored.kill();
    await until(store, 'disconnected');
    left.unsubscribe();
    const made = seen(store, '/made');
    await xenstored.start();
    await until(store, 'connected');
    await eventually(() => expect(made).toEqual(['look /made']));
    await store.write('/made', '1');
    await eventually(() => expect(made).toEqual(['look /made', 'changed /made']));
  });

  test('a daemon that is frozen while a watch is made is left, and the watch is made on the next connection', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored, { request: 100 });
    await until(store, 'connected');
    await store.read('/w');
    xenstored.freeze();
    const events = seen(store, '/w');
    await until(store, 'disconnected');
    xenstored.thaw();
    await eventually(() => expect(events[0]).toBe('look /w'));
    await eventually(async () => {
      await store.write('/w', '1');
      expect(events).toContain('changed /w');
    });
  });

  test('closing completes the watches, refuses what is asked later, and dials no more', async () => {
    const xenstored = await daemon(name);
    const store = opened(xenstored);
    let completed = false;
    store.watch('/w').subscribe({ complete: () => (completed = true) });
    await store.read('/w');
    const statuses: string[] = [];
    store.status$.subscribe({ next: ({ type }) => statuses.push(type), complete: () => statuses.push('completed') });
    xenstored.freeze();
    const waiting = store.read('/w');
    store.close();
    await expect(waiting).rejects.toMatchObject({ code: 'XENSTORE_CLOSED', retryable: false });
    await expect(store.read('/w')).rejects.toMatchObject({ code: 'XENSTORE_CLOSED' });
    expect(completed).toBe(true);
    let refused: unknown;
    store.watch('/w').subscribe({ error: (error: unknown) => (refused = error) });
    expect(refused).toMatchObject({ code: 'XENSTORE_CLOSED' });
    await sleep(100);
    expect(statuses).toEqual(['connected', 'closed', 'completed']);
  });
});
