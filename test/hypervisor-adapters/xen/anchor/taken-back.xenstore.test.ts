/** What a guest has not heard of a sleep that is over, with genuine stores, an xl that is told what to say, and looks that come when they are told to. */
import { expect, test } from 'vitest';
import { openSleep, type Sleep } from '../../../../src/hypervisor-adapters/xen/anchor/sleep.js';
import type { Xenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import type { DaemonName } from '../../../support/xenstored/xenstored.js';
import { describeDaemons, eventually, opened } from '../channel/xenstore/genuine.js';
import { asleep } from '../xl-list.js';
import { xenHost, type XenHost, type XenHostOptions } from './xen-host.js';

const mark = '/libxl/7/windlass/suspending';
const request = '/local/domain/7/control/shutdown';
const marked = expect.stringMatching(/^\d+$/) as string;
const long = 151_000;

interface Sleeper extends XenHost {
  readonly sleep: Sleep;
  /** An engine that comes later, with a store of its own. */
  readonly next: () => Promise<{ readonly sleep: Sleep; readonly store: Xenstore }>;
  /** What the store has of it: the question, and the mark. */
  readonly left: (store?: Xenstore) => Promise<readonly (string | undefined)[]>;
  /** Asks it to sleep as xl does, which nobody hears, and gives that up. */
  readonly asks: (questions: number) => Promise<{ readonly givesUp: () => Promise<void> }>;
  /** Why something was not taken back. */
  readonly told: readonly unknown[];
  /** Milliseconds that the clock is ahead. */
  ahead: number;
}

async function sleeper(name: DaemonName, { nodes = {}, xl = { suspend: { hangs: true } }, ...options }: Partial<XenHostOptions> = {}): Promise<Sleeper> {
  const host = await xenHost(name, { nodes: { [request]: '', ...nodes }, xl, ...options });
  const told: unknown[] = [];
  const open = (store: Xenstore): Promise<Sleep> =>
    openSleep({
      id: 7,
      clock: { ...host.ports.clock, now: () => Date.now() + made.ahead },
      store,
      xl: host.xl,
      isSeenAwake: async () => !(await host.domain()).state.shutdown,
      onNotTakenBack: (why) => told.push(why),
    });
  const made: Omit<Sleeper, 'sleep'> = {
    ...host,
    told,
    ahead: 0,
    next: async () => {
      const store = opened(host.xenstored);
      return { sleep: await open(store), store };
    },
    left: async (store = host.store) => [await store.read(request), await store.read(mark)],
    asks: async (questions) => {
      const over = new AbortController();
      const asking = sleep.suspend(over.signal);
      await eventually(async () => expect(await host.asked()).toHaveLength(questions));
      await host.store.write(request, 'suspend');
      return {
        givesUp: async () => {
          over.abort(new Error('not in time'));
          await expect(asking).rejects.toThrow('not in time');
        },
      };
    },
  };
  const sleep = await open(host.store);
  return Object.assign(made, { sleep });
}

/** Some looks later. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));
const patient = (): AbortSignal => AbortSignal.timeout(20_000);

describeDaemons('what a guest of Xen has not heard of its sleep', (name) => {
  test('is not taken back while it is asked anew: the question that stands is the new one', async () => {
    const { asks, domain, left, sleep, told, xenstored } = await sleeper(name, { storeDeadline: 300 });
    const first = await asks(1);
    xenstored.freeze();
    await first.givesUp();
    expect(told).toMatchObject([{ code: 'XENSTORE_TIMEOUT' }]);
    xenstored.thaw();

    const second = await asks(2);
    const tidied = sleep.tidy(await domain());
    await aWhile();
    expect(await left()).toEqual(['suspend', marked]);
    await second.givesUp();
    await tidied;
    expect(await left()).toEqual(['', undefined]);
  });

  test('is taken back though it was to be asked anew in between, and that could not be marked', async () => {
    const { asked, asks, domain, left, sleep, xenstored } = await sleeper(name, { storeDeadline: 300 });
    const first = await asks(1);
    xenstored.freeze();
    await first.givesUp();
    await expect(sleep.suspend(patient())).rejects.toMatchObject({ code: 'XENSTORE_TIMEOUT' });
    xenstored.thaw();
    await eventually(async () => {
      await sleep.tidy(await domain());
      expect(await left()).toEqual(['', undefined]);
    });
    expect([sleep.isMarked(), await asked()]).toEqual([false, ['suspend 7']]);
  });

  test('is taken back by the next engine, where this one has let go of the store before it could', async () => {
    const { asks, domain, left, next, store, told } = await sleeper(name);
    const { givesUp } = await asks(1);
    const givenUp = givesUp();
    store.close();
    await givenUp;
    expect(told).toMatchObject([{ code: 'XENSTORE_CLOSED' }]);

    const later = await next();
    expect(await left(later.store)).toEqual(['suspend', marked]);
    await later.sleep.tidy(await domain());
    expect([later.sleep.isMarked(), await left(later.store)]).toEqual([false, ['', undefined]]);
  });

  test('is all that the next engine takes back: one that has heard may fall asleep yet, and is marked', async () => {
    const { asks, becomes, domain, left, next, store } = await sleeper(name);
    const { givesUp } = await asks(1);
    await store.write(request, '');
    const givenUp = givesUp();
    store.close();
    await givenUp;

    const later = await next();
    await later.sleep.tidy(await domain());
    await becomes(asleep);
    await later.sleep.tidy(await domain());
    expect([later.sleep.isMarked(), await left(later.store)]).toEqual([true, ['', marked]]);
  });

  test('is taken back before it wakes, where it would hear that and sleep again; and it is not woken to what cannot be taken back', async () => {
    const { asked, left, sleep, store, xenstored } = await sleeper(name, { list: asleep, xl: { resume: {} }, nodes: { [request]: 'suspend', [mark]: '1700000000000' }, storeDeadline: 300 });
    xenstored.freeze();
    await expect(sleep.resume()).rejects.toMatchObject({ code: 'XENSTORE_TIMEOUT' });
    expect(await asked()).toEqual([]);
    xenstored.thaw();
    await eventually(() => sleep.resume());
    expect([await left(), await asked()]).toEqual([['', '1700000000000'], ['resume 7']]);
    await sleep.awake();
    expect(await store.read(mark)).toBeUndefined();
  });

  test('is taken back as it wakes without a look at it, which may take its time: who sleeps is not awake', async () => {
    const { asked, left, sleep } = await sleeper(name, { list: asleep, listLasts: 5, xl: { resume: {} }, nodes: { [request]: 'suspend', [mark]: '1700000000000' } });
    const late = new Promise((resolve) => setTimeout(resolve, 4_000, 'late'));
    expect(await Promise.race([sleep.resume().then(() => 'woken'), late])).toBe('woken');
    expect([await left(), await asked()]).toEqual([['', '1700000000000'], ['resume 7']]);
  });
});

describeDaemons('the mark of a guest of Xen', (name) => {
  test('is known though its writing was not answered, and removed when it is outlived', async () => {
    const made = await sleeper(name, { storeDeadline: 300 });
    const { asked, domain, left, sleep, xenstored } = made;
    xenstored.freeze();
    await expect(sleep.suspend(patient())).rejects.toMatchObject({ code: 'XENSTORE_TIMEOUT' });
    expect(sleep.isMarked()).toBe(false);
    xenstored.thaw();
    await eventually(async () => sleep.tidy(await domain()));
    expect([sleep.isMarked(), await left(), await asked()]).toEqual([true, ['', marked], []]);
    made.ahead = long;
    await sleep.tidy(await domain());
    expect(await left()).toEqual(['', undefined]);
  });

  test('is not removed for the older one that it has taken the place of', async () => {
    const { asked, domain, left, sleep, xenstored } = await sleeper(name, { nodes: { [mark]: '1700000000000' } });
    const seen = await domain();
    const over = new AbortController();
    xenstored.freeze();
    const asking = sleep.suspend(over.signal);
    // The new one is on its way by now.
    await new Promise(setImmediate);
    const tidied = sleep.tidy(seen);
    xenstored.thaw();
    await eventually(async () => expect(await asked()).toHaveLength(1));
    await aWhile();
    const [, standing] = await left();
    expect(Number(standing)).toBeGreaterThan(1_700_000_000_000);
    over.abort(new Error('not in time'));
    await expect(asking).rejects.toThrow('not in time');
    await tidied;
    expect(await left()).toEqual(['', standing]);
  });

  test('is judged by the time of the look, however long that waits for its turn', async () => {
    const made = await sleeper(name);
    const { asks, becomes, domain, left, sleep, store } = made;
    const { givesUp } = await asks(1);
    const tidied = sleep.tidy(await domain());
    await store.write(request, '');
    await becomes(asleep);
    made.ahead = long;
    await givesUp();
    await tidied;
    expect([sleep.isMarked(), await left()]).toEqual([true, ['', marked]]);
  });
});
