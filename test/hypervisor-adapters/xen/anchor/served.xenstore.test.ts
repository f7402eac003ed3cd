/** Sockets of a guest, for which xl asks nobody: with genuine stores, in which a back end answers or does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ClockPort } from '../../../../src/effects/ports/clock.js';
import { untilServed } from '../../../../src/hypervisor-adapters/xen/anchor/served.js';
import type { Xenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { daemon, describeDaemons, opened } from '../channel/xenstore/genuine.js';

const backEnd = '/local/domain/0/backend/pvcalls/7/0';
/** Five seconds are a twentieth of one, or never over. */
const clock = (speed: number): ClockPort => ({
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(speed === 0 ? 2 ** 30 : milliseconds / speed, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      throw signal?.reason ?? error;
    });
  },
});

describeDaemons('sockets of a guest', (name) => {
  const storeWith = async (state: string | undefined): Promise<Xenstore> => {
    const store = opened(await daemon(name));
    await store.write('/local/domain/7/device/pvcalls/0/backend', backEnd);
    if (state !== undefined) await store.write(`${backEnd}/state`, state);
    return store;
  };
  const within = (milliseconds = 10_000): AbortSignal => AbortSignal.timeout(milliseconds);

  test('are served when their back end has answered, or does so', async () => {
    for (const state of ['2', '4']) expect(await untilServed(await storeWith(state), clock(0), 7, within())).toBeUndefined();
    const store = await storeWith('1');
    const asked = untilServed(store, clock(0), 7, within());
    await expect(Promise.race([asked.then(() => 'answered'), sleep(100).then(() => 'asked')])).resolves.toBe('asked');
    await store.write(`${backEnd}/state`, '2');
    expect(await asked).toBeUndefined();
  });

  test('are told by their field when it does not, has closed, or is gone', async () => {
    const expected = { code: 'XEN_BACK_END_SILENT', field: 'spec.xen.pvcalls', retryable: true, neverRan: true, message: 'nothing in domain 0 has answered for the sockets (pvcalls)' };
    for (const state of ['1', '6', undefined]) expect(await untilServed(await storeWith(state), clock(100), 7, within())).toMatchObject(expected);
  });

  test('are not waited for where there are none, nor longer than the connection is wanted', async () => {
    const store = await storeWith('1');
    expect(await untilServed(store, clock(0), 8, within())).toBeUndefined();
    await expect(untilServed(store, clock(0), 7, within(50))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('have one deadline, however many they are: the first that is not served is told', async () => {
    const store = await storeWith('2');
    for (const handle of [1, 2, 3]) {
      await store.write(`/local/domain/7/device/pvcalls/${handle}/backend`, `/local/domain/${handle}/backend/pvcalls/7/${handle}`);
    }
    const waits: number[] = [];
    const real = clock(5);
    const counting: ClockPort = { ...real, sleep: (milliseconds, signal) => real.sleep(waits[waits.push(milliseconds) - 1] ?? 0, signal) };
    // Answered late, it leaves the next one what is left of that.
    const asked = untilServed(store, counting, 7, within());
    await sleep(30);
    await store.write('/local/domain/1/backend/pvcalls/7/1/state', '2');
    expect(await asked).toMatchObject({ code: 'XEN_BACK_END_SILENT', message: 'nothing in domain 2 has answered for the sockets (pvcalls)' });
    expect(waits).toEqual([5_000]);
  });

  test('whose back end is no path are refused, and nothing is left waiting', async () => {
    const store = await storeWith('2');
    await store.write('/local/domain/7/device/pvcalls/0/backend', '/local/domain/0/no path');
    const unheard: unknown[] = [];
    const hear = (why: unknown): unknown => unheard.push(why);
    process.on('unhandledRejection', hear);
    onTestFinished(() => void process.off('unhandledRejection', hear));
    await expect(untilServed(store, clock(1), 7, within())).rejects.toMatchObject({ code: 'XENSTORE_PATH_INVALID' });
    await sleep(50);
    expect(unheard).toEqual([]);
  });
});
