/** What xl has done to a guest, and nobody could look at: with genuine stores, and an xl that is told what to say. */
import { expect, test } from 'vitest';
import type { AnchorSession } from '../../../../src/hypervisor-adapters/contract/session.js';
import type { RunState } from '../../../../src/machines/observations.js';
import { describeDaemons } from '../channel/xenstore/genuine.js';
import { asleep, listed, running } from '../xl-list.js';
import { xenGuest } from './xen-guest.js';

const unreadable = 'nothing of a list\n';
const paused = listed('--p---');
const crashed = listed('---s--', '3');
const mark = '/libxl/7/windlass/suspending';
const wasReleased = '/libxl/7/windlass/released';
const backEnd = '/local/domain/0/backend/pvcalls/7/0';
const sockets = (state: string): Readonly<Record<string, string>> => ({ '/local/domain/7/device/pvcalls/0/backend': backEnd, [`${backEnd}/state`]: state });
/** What xl 4.17 says of a domain that no longer waits to be unpaused. */
const refused = { stderr: 'libxl: error: libxl_domain.c:653:libxl__domain_unpause_deprecated: Domain 7:unpausing domain: Invalid argument\n' };

/** States that the session tells, from now on. A guest that is about to be unpaused may be told as paused, where some look falls there. */
function toldBy(session: AnchorSession): readonly RunState[] {
  const told: RunState[] = [];
  session.observations.subscribe((seen) => {
    if (seen.type === 'guest.state') told.push(seen.state);
  });
  return told;
}

const patient = (): AbortSignal => AbortSignal.timeout(20_000);

describeDaemons('what xl has done to a guest of Xen', (name) => {
  test('lets it run, though nobody can look: the next look that says otherwise counts', async () => {
    const { becomes, session } = await xenGuest(name, { list: paused, xl: { unpause: { lists: unreadable } } });
    const told = toldBy(session);
    await session.release(patient());
    expect([session.latestState(), told.at(-1)]).toEqual(['running', 'running']);
    await becomes(paused);
    expect(await session.runState()).toBe('paused');
    expect(told.at(-1)).toBe('paused');
  });

  test('is told before a look that takes its time', async () => {
    const { session } = await xenGuest(name, { list: paused, listLasts: 0.5, xl: { unpause: { lists: running } } });
    const told = toldBy(session);
    let answered = false;
    const releasing = session.release(patient()).finally(() => (answered = true));
    await expect.poll(() => told.at(-1), { interval: 10 }).toBe('running');
    expect([answered, session.latestState()]).toEqual([false, 'running']);
    await releasing;
  });

  test('stands against looks that began before it', async () => {
    // Some look is always under way.
    const { session } = await xenGuest(name, { list: paused, listLasts: 0.3, xl: { unpause: { lists: running } } });
    const told = toldBy(session);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await session.release(patient());
    expect(told.slice(told.indexOf('running'))).toEqual(['running']);
  });

  test('counts no longer where something else was seen before xl ended', async () => {
    const { session } = await xenGuest(name, { list: paused, xl: { unpause: { lists: crashed, lasts: 1 } } });
    const told = toldBy(session);
    await session.release(patient());
    expect(session.latestState()).toBe('guest-panicked');
    expect(told).not.toContain('running');
  });

  test('changes nothing of a guest that is over', async () => {
    const { session } = await xenGuest(name, { list: crashed, xl: { pause: { lists: unreadable } } });
    await session.pause();
    expect(session.latestState()).toBe('guest-panicked');
  });

  test('is nothing where xl says so', async () => {
    const { session } = await xenGuest(name, { list: paused, xl: { unpause: { ...refused, lists: unreadable } } });
    await expect(session.release(patient())).rejects.toMatchObject({ code: 'XL_FAILED' });
    expect(session.latestState()).toBe('paused');
  });

  test('wakes it, though nobody can look: its mark stays until it is seen awake', async () => {
    const { session, store } = await xenGuest(name, { list: asleep, nodes: { [mark]: '1700000000000' }, xl: { resume: { lists: unreadable } } });
    const told = toldBy(session);
    await session.release(patient());
    expect([session.latestState(), told]).toEqual(['running', ['suspended', 'running']]);
    expect(await store.read(mark)).toBe('1700000000000');
  });

  test('pauses it, though nobody can look', async () => {
    const { session } = await xenGuest(name, { xl: { pause: { lists: unreadable } } });
    await session.pause();
    expect(session.latestState()).toBe('paused');
  });

  test('is not done twice where nobody waited for the first: Xen counts pauses', async () => {
    const { asked, session } = await xenGuest(name, { xl: { pause: { lists: paused, lasts: 0.5 } } });
    await Promise.all([session.pause(), session.pause()]);
    expect(await asked()).toEqual(['pause 7']);
    await session.pause();
    expect(await asked()).toEqual(['pause 7', 'pause 7']);
  });

  test('is not done twice either where it wakes: the second would be refused', async () => {
    const { asked, session } = await xenGuest(name, { list: asleep, nodes: { [mark]: '1700000000000' }, xl: { resume: { lists: running, lasts: 0.5 } } });
    await Promise.all([session.release(patient()), session.release(patient())]);
    expect(await asked()).toEqual(['resume 7']);
  });

  test('is done where it was paused since it woke, and nobody could look', async () => {
    const { asked, session } = await xenGuest(name, { list: asleep, nodes: { [mark]: '1700000000000', [wasReleased]: '1' }, xl: { resume: { lists: unreadable }, pause: {}, unpause: {} } });
    await session.release(patient());
    await session.pause();
    await session.release(patient());
    expect([session.latestState(), await asked()]).toEqual(['running', ['resume 7', 'pause 7', 'unpause 7']]);
  });

  test('is not begun where nobody has answered for its sockets: it has not run, and nothing says that it has', async () => {
    const { asked, session, store } = await xenGuest(name, { list: paused, nodes: sockets('6'), xl: { unpause: { lists: running } }, patience: 100 });
    await expect(session.release(patient())).rejects.toMatchObject({ code: 'XEN_BACK_END_SILENT', field: 'spec.xen.pvcalls' });
    expect([session.latestState(), await store.read(wasReleased)]).toEqual(['prelaunch', undefined]);
    await store.write(`${backEnd}/state`, '2');
    await session.release(patient());
    expect([session.latestState(), await asked()]).toEqual(['running', ['unpause 7']]);
  });

  test('is not begun any more where nobody wants it by the time that its sockets are served', async () => {
    const { asked, session, store } = await xenGuest(name, { list: paused, nodes: sockets('1'), xl: { unpause: { lists: running } } });
    const over = new AbortController();
    const releasing = session.release(over.signal);
    setTimeout(() => over.abort(new Error('not in time')), 200);
    await expect(releasing).rejects.toThrow('not in time');
    await store.write(`${backEnd}/state`, '2');
    expect([session.latestState(), await store.read(wasReleased), await asked()]).toEqual(['prelaunch', undefined, []]);
  });

  test('is not kept from it by its sockets where it ran before, or somebody else lets it run', async () => {
    const ran = await xenGuest(name, { list: paused, nodes: { ...sockets('6'), [wasReleased]: '1' }, xl: { unpause: { lists: running } } });
    await ran.session.release(patient());
    expect(ran.session.latestState()).toBe('running');

    const unpaused = await xenGuest(name, { list: paused, nodes: sockets('6'), xl: { unpause: refused }, patience: 2_000 });
    const releasing = unpaused.session.release(patient());
    await unpaused.becomes(running);
    await expect(releasing).rejects.toMatchObject({ code: 'XL_FAILED' });
    expect(unpaused.session.latestState()).toBe('running');
  });
});
