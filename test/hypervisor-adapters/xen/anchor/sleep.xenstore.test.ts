/** Sleep and its mark, with genuine stores, and an xl that is told what to say. */
import { expect, test } from 'vitest';
import type { DaemonName } from '../../../support/xenstored/xenstored.js';
import { describeDaemons, eventually } from '../channel/xenstore/genuine.js';
import type { FakeAnswer } from '../fake-xl.js';
import { asleep, running } from '../xl-list.js';
import { xenGuest, type XenGuest } from './xen-guest.js';

const unreadable = 'nothing of a list\n';
/** Of a domain that runs. */
const woken: FakeAnswer = { stderr: 'libxl: error: libxl_dom_suspend.c:661:domain_resume_done: Domain 7:xc_domain_resume failed: Invalid argument\n' };
const mark = '/libxl/7/windlass/suspending';
const request = '/local/domain/7/control/shutdown';

interface Before {
  readonly list?: string;
  readonly mark?: string;
  readonly request?: string;
  readonly suspend?: FakeAnswer;
  readonly resume?: FakeAnswer;
  readonly storeDeadline?: number;
  readonly suspendDeadline?: number;
}

function guest(name: DaemonName, { list = running, mark: marked, request: asked = '', resume = {}, suspend = {}, ...deadlines }: Before, now = () => Date.now()): Promise<XenGuest> {
  return xenGuest(name, { list, xl: { suspend, resume }, nodes: { [request]: asked, ...(marked === undefined ? {} : { [mark]: marked }) }, now, ...deadlines });
}

const patient = (): AbortSignal => AbortSignal.timeout(20_000);

describeDaemons('a guest of Xen that sleeps', (name) => {
  test('is marked before it is suspended, and told as asleep; woken, it is marked no more', async () => {
    const { asked, becomes, session, store } = await guest(name, { suspend: { lists: asleep } });
    await session.suspend(patient());
    expect(session.latestState()).toBe('suspended');
    expect(await store.read(mark)).toMatch(/^\d+$/);
    await session.suspend(patient());

    await becomes(running);
    await session.release(patient());
    expect(session.latestState()).toBe('running');
    expect(await store.read(mark)).toBeUndefined();
    expect(await asked()).toEqual(['suspend 7', 'resume 7']);
  });

  test('is known as ours by an engine that comes later, and woken by it', async () => {
    const { asked, becomes, session, store } = await guest(name, { list: asleep, mark: '1700000000000' });
    expect(await session.runState()).toBe('suspended');
    await becomes(running);
    await session.release(patient());
    expect(await asked()).toEqual(['resume 7']);
    expect(await store.read(mark)).toBeUndefined();
  });

  test.each([undefined, '', 'soon'])('is in somebody else’s hands where the mark is %o, and is not woken', async (found) => {
    const { asked, session } = await guest(name, { list: asleep, ...(found === undefined ? {} : { mark: found }) });
    expect(await session.runState()).toBe('transitional');
    await expect(session.release(patient())).rejects.toMatchObject({ code: 'XEN_WRONG_STATE' });
    expect(await asked()).toEqual([]);
  });

  test('keeps its mark where it was not woken by what xl did', async () => {
    const { session, store } = await guest(name, { list: asleep, mark: '1700000000000' });
    await session.release(patient());
    expect(session.latestState()).toBe('suspended');
    expect(await store.read(mark)).toBe('1700000000000');
  });

  test('is not asked any longer when nobody wants it to sleep any more: what it has not heard is taken back, with the mark', async () => {
    const { session, store } = await guest(name, { suspend: { hangs: true } });
    await store.write(request, 'suspend');
    const over = new AbortController();
    const asking = session.suspend(over.signal);
    await expect.poll(() => store.read(mark)).toMatch(/^\d+$/);
    over.abort(new Error('not in time'));
    await expect(asking).rejects.toThrow();
    expect([await store.read(request), await store.read(mark)]).toEqual(['', undefined]);
  });

  test('keeps its mark when nobody waits for it any more: it sleeps already, and only what it has not heard is taken back', async () => {
    const { session, store } = await guest(name, { suspend: { hangs: true, lists: asleep } });
    await store.write(request, 'suspend');
    const over = new AbortController();
    const asking = session.suspend(over.signal);
    await expect.poll(() => session.latestState()).toBe('suspended');
    over.abort(new Error('not in time'));
    await expect(asking).rejects.toThrow();
    expect([await store.read(request), await store.read(mark)]).toEqual(['', expect.stringMatching(/^\d+$/)]);
  });

  test('is not forgotten where its store is silent just then: that is told, and what it has not heard is taken back once the store answers', async () => {
    const { session, store, xenstored } = await guest(name, { suspend: { hangs: true }, storeDeadline: 300 });
    await store.write(request, 'suspend');
    const over = new AbortController();
    const asking = session.suspend(over.signal);
    await eventually(async () => expect(await store.read(mark)).toMatch(/^\d+$/));
    xenstored.freeze();
    over.abort(new Error('not in time'));
    await expect(asking).rejects.toThrow('not in time');
    expect(session.transcript().join('\n')).toMatch(/ < suspend 7 is not taken back yet: WindlassError: .* was not answered within 300 ms/);
    xenstored.thaw();
    await eventually(async () => expect([await store.read(request), await store.read(mark)]).toEqual(['', undefined]));
    expect(session.latestState()).toBe('running');
  });

  test('does not hear what an engine before could not take back from it', async () => {
    const { session, store } = await guest(name, { mark: String(Date.now()), request: 'suspend' });
    await eventually(async () => expect([await store.read(request), await store.read(mark)]).toEqual(['', undefined]));
    expect(session.latestState()).toBe('running');
  });

  test('is put to sleep where xl has said so, though nobody could look; asked again, it is looked at before', async () => {
    const { asked, becomes, session, store } = await guest(name, { suspend: { lists: unreadable } });
    await session.suspend(patient());
    expect(await store.read(mark)).toMatch(/^\d+$/);
    await expect(session.suspend(patient())).rejects.toMatchObject({ code: 'XL_OUTPUT' });
    await becomes(asleep);
    await session.suspend(patient());
    expect([session.latestState(), await asked()]).toEqual(['suspended', ['suspend 7']]);
  });

  test('is seen to run at once where an operator has woken it before us', async () => {
    const { session } = await guest(name, { list: asleep, mark: '1700000000000', resume: { ...woken, lists: running } });
    await expect(session.release(patient())).rejects.toMatchObject({ code: 'XL_FAILED' });
    expect(session.latestState()).toBe('running');
  });

  test('is told what xl has refused, also where nobody can look', async () => {
    const { session } = await guest(name, { list: asleep, mark: '1700000000000', resume: { ...woken, lists: unreadable } });
    await expect(session.release(patient())).rejects.toMatchObject({ code: 'XL_FAILED' });
  });

  test('that has heard may fall asleep yet, and is ours then', async () => {
    const { becomes, session, store } = await guest(name, { suspend: { stderr: 'libxl: error: libxl_dom_suspend.c:367:suspend_common_wait_guest_timeout: Domain 7:guest did not suspend, timed out\n' } });
    await expect(session.suspend(patient())).rejects.toMatchObject({ code: 'XL_FAILED' });
    expect(await store.read(mark)).toMatch(/^\d+$/);
    await becomes(asleep);
    expect(await session.runState()).toBe('suspended');
  });

  test.each<readonly [string, FakeAnswer, string]>([
    ['did not end', { hangs: true }, 'XL_TIMEOUT'],
    ['met somebody else at the domain', { stderr: 'libxl: error: Domain 7:suspend failed (rc=-15)\n' }, 'XL_UNCERTAIN'],
  ])('that has heard is not to be asked again at once, also where xl %s', async (_, suspend, code) => {
    const { session } = await guest(name, { suspend, suspendDeadline: 300 });
    await expect(session.suspend(patient())).rejects.toMatchObject({ code, retryable: false });
  });

  test('and ran on since is marked no more once no sleep of ours can come of it: the next one is somebody else’s', async () => {
    let now = 1_700_000_000_000;
    const { becomes, session, store } = await guest(name, { mark: String(now) }, () => now);
    await session.runState();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await store.read(mark)).toBe('1700000000000');
    now += 151_000;
    await expect.poll(() => store.read(mark)).toBeUndefined();
    await becomes(asleep);
    expect(await session.runState()).toBe('transitional');
  });
});
