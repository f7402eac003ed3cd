import { Observable, NEVER } from 'rxjs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hostClock } from '../../../../../src/effects/clock.js';
import type { ClockPort } from '../../../../../src/effects/ports/clock.js';
import type { Connection } from '../../../../../src/effects/ports/sockets.js';
import { hostSockets } from '../../../../../src/effects/sockets.js';
import { openXenstore, type Xenstore, type XenstoreOptions } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { peersOfThisFile, type } from './peer-client.js';

const peers = peersOfThisFile();

/** Of a machine with much other work; nothing waits for it that goes well. */
const patience = { timeout: 4000 };

function opened(options: Omit<XenstoreOptions, 'clock'> & { readonly clock?: ClockPort }): Xenstore {
  const store = openXenstore({ clock: hostClock, ...options });
  onTestFinished(() => store.close());
  return store;
}

/** A real clock that notes its pauses, and shortens them; deadlines stay as they are. */
function hastyClock(pauses: number[]): ClockPort {
  return {
    now: () => hostClock.now(),
    sleep: async (milliseconds, signal) => {
      if (milliseconds >= 5000) {
        await hostClock.sleep(milliseconds, signal);
        return;
      }
      pauses.push(milliseconds);
      await hostClock.sleep(1, signal);
    },
  };
}

const endless: Connection = { received: NEVER, send: () => undefined, close: () => undefined };

describe('dialling', () => {
  test('the pauses between attempts double, up to two seconds', async () => {
    const pauses: number[] = [];
    opened({ dial: () => Promise.reject(new Error('nobody')), clock: hastyClock(pauses) });
    await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(9), patience);
    expect(pauses.slice(0, 9)).toEqual([20, 40, 80, 160, 320, 640, 1280, 2000, 2000]);
  });

  test('a peer that accepts and hangs up is not dialled in a tight loop', async () => {
    const pauses: number[] = [];
    const path = await peers().listen({ atOnce: [{ hangUp: true }] });
    opened({ dial: async (signal) => await hostSockets.connect(path, signal), clock: hastyClock(pauses) });
    await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(4), patience);
    expect(pauses.slice(0, 5)).toEqual([20, 40, 80, 160, 320]);
  });

  test('one that has answered is dialled soon again', async () => {
    const pauses: number[] = [];
    const path = await peers().listen({ on: { [type.read]: [{ reply: 'v' }, { hangUp: true }] } });
    const store = opened({ dial: async (signal) => await hostSockets.connect(path, signal), clock: hastyClock(pauses) });
    for (let n = 0; n < 4; n += 1) {
      await vi.waitFor(async () => expect(await store.read('/a')).toBe('v'), patience);
      await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(n), patience);
    }
    expect(pauses).toEqual([20, 20, 20, 20]);
  });

  test('requests made during an attempt wait for it; an attempt that takes too long is given up', async () => {
    let asked = 0;
    const dial = (signal: AbortSignal): Promise<Connection> =>
      new Promise((_, reject) => {
        asked += 1;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    const store = opened({ dial, deadlines: { dial: 50 } });
    expect(store.status).toEqual({ type: 'connecting' });
    await expect(store.read('/a')).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE', retryable: true, message: expect.stringContaining('50 ms') as unknown });
    expect(asked).toBe(1);
  });

  test('what dialling failed for is told, with its cure', async () => {
    const store = opened({ dial: () => Promise.reject(new Error('the dog ate it')) });
    await vi.waitFor(() => expect(store.status.type).toBe('disconnected'), patience);
    expect(store.status).toMatchObject({ error: { code: 'XENSTORE_UNREACHABLE', message: 'xenstore cannot be reached: the dog ate it' } });
  });

  test('closed while it dials: the attempt is called off, and a connection that comes nevertheless is hung up', async () => {
    let hungUp = false;
    let give: (connection: Connection) => void = () => undefined;
    let calledOff = false;
    const dial = (signal: AbortSignal): Promise<Connection> =>
      new Promise((resolve) => {
        give = resolve;
        signal.addEventListener('abort', () => (calledOff = true));
      });
    const store = opened({ dial });
    const waiting = store.read('/a');
    store.close();
    await expect(waiting).rejects.toMatchObject({ code: 'XENSTORE_CLOSED' });
    expect(calledOff).toBe(true);
    give({ ...endless, received: new Observable(() => undefined), close: () => (hungUp = true) });
    await vi.waitFor(() => expect(hungUp).toBe(true), patience);
    expect(store.status).toEqual({ type: 'closed' });
  });
});

describe('watches', () => {
  test('a watch that the daemon refuses is an error to those who watch, and the store goes on', async () => {
    const path = await peers().listen({ on: { [type.watch]: [{ fail: 'EACCES' }] } });
    const store = opened({ dial: async (signal) => await hostSockets.connect(path, signal) });
    const errors: unknown[] = [];
    for (let n = 0; n < 2; n += 1) store.watch('/w').subscribe({ error: (error: unknown) => errors.push(error) });
    await vi.waitFor(() => expect(errors).toHaveLength(2), patience);
    expect(errors[0]).toMatchObject({ code: 'XENSTORE_NOT_PERMITTED' });
    expect(store.status.type).toBe('connected');
    await store.mkdir('/a');
  });

  test('a path that is none is an error at once, and nothing is sent', () => {
    const store = opened({ dial: () => Promise.resolve(endless) });
    let refused: unknown;
    store.watch('nowhere').subscribe({ error: (error: unknown) => (refused = error) });
    expect(refused).toMatchObject({ code: 'XENSTORE_PATH_INVALID' });
  });

  test('events with tokens of nobody are ignored', async () => {
    const path = await peers().listen({ on: { [type.watch]: [{ reply: 'OK\0' }, { fire: { path: '/w', token: 'somebody' } }] } });
    const store = opened({ dial: async (signal) => await hostSockets.connect(path, signal) });
    const events: unknown[] = [];
    store.watch('/w').subscribe((event) => events.push(event));
    await store.mkdir('/a');
    await store.mkdir('/b');
    expect(events).toEqual([]);
  });

  test('when the last has left, the daemon is told', async () => {
    // The peer says `/unwatched` to the watch that stays, whenever it hears of an unwatch.
    const path = await peers().listen({ on: { [type.unwatch]: [{ fire: { path: '/unwatched', token: 'windlass-0' } }] } });
    const store = opened({ dial: async (signal) => await hostSockets.connect(path, signal) });
    let told = 0;
    store.watch('/stays').subscribe(() => (told += 1));
    const [first, last] = [store.watch('/left').subscribe(), store.watch('/left').subscribe()];
    first.unsubscribe();
    await store.mkdir('/a');
    await store.mkdir('/b');
    expect(told).toBe(0);
    last.unsubscribe();
    await vi.waitFor(() => expect(told).toBe(1), patience);
  });

  test('who leaves in the very event is left in peace', async () => {
    const path = await peers().listen({ on: { [type.watch]: [{ reply: 'OK\0' }, { fire: { path: '/w', token: 'windlass-0' } }, { fire: { path: '/w', token: 'windlass-0' } }] } });
    const store = opened({ dial: async (signal) => await hostSockets.connect(path, signal) });
    let events = 0;
    const subscription = store.watch('/w').subscribe(() => {
      events += 1;
      subscription.unsubscribe();
    });
    await vi.waitFor(() => expect(events).toBe(1), patience);
    await store.mkdir('/a');
    expect(events).toBe(1);
  });
});
