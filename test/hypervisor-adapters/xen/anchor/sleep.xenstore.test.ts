/** Sleep and its mark, with genuine stores, and an xl that is told what to say. */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createRounds } from '../../../../src/anchors/rounds.js';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { AnchorSession } from '../../../../src/hypervisor-adapters/contract/session.js';
import { createRoster } from '../../../../src/hypervisor-adapters/xen/anchor/roster.js';
import { openXenSession } from '../../../../src/hypervisor-adapters/xen/anchor/session.js';
import { createXl } from '../../../../src/hypervisor-adapters/xen/channel/xl/xl.js';
import type { Xenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../effects/temporary-directory.js';
import type { DaemonName } from '../../../support/xenstored/xenstored.js';
import { daemon, describeDaemons, opened } from '../channel/xenstore/genuine.js';
import { fakeXl, type FakeAnswer } from '../fake-xl.js';

const ports = hostPorts();
let scratch: TemporaryDirectory;
beforeAll(async () => {
  scratch = await temporaryDirectory();
});
afterAll(async () => {
  await ports.close();
  await scratch[Symbol.asyncDispose]();
});

const uuid = '5b1e9e2c-8d4e-5c2f-9d52-0a5d3a3f1c11';
const heading = 'Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label\n';
const list = (state: string, reason: string): string => `${heading}web                                          7    16     1     ${state}       0.3 ${uuid}        ${reason}                -\n`;
const running = list('-b----', '-');
const asleep = list('---ss-', '2');
const unreadable = 'nothing of a list\n';
/** Of a domain that runs. */
const woken: FakeAnswer = { stderr: 'libxl: error: libxl_dom_suspend.c:661:domain_resume_done: Domain 7:xc_domain_resume failed: Invalid argument\n' };
const mark = '/libxl/7/windlass/suspending';
const request = '/local/domain/7/control/shutdown';

interface Guest {
  readonly session: AnchorSession;
  readonly store: Xenstore;
  /** From now on xl tells this of the domains. */
  readonly becomes: (text: string) => Promise<void>;
  readonly asked: () => Promise<readonly string[]>;
}

let made = 0;

async function guest(name: DaemonName, before: { readonly list?: string; readonly mark?: string; readonly suspend?: FakeAnswer; readonly resume?: FakeAnswer }, now = () => Date.now()): Promise<Guest> {
  const path = `${scratch.path}/xl${made++}`;
  await fakeXl(path, { list: { stdout: before.list ?? running }, suspend: before.suspend ?? {}, resume: before.resume ?? {} });
  const store = opened(await daemon(name));
  await store.write('/libxl/7/type', 'pv');
  await store.rm(mark);
  if (before.mark !== undefined) await store.write(mark, before.mark);
  await store.write(request, '');
  const clock = { ...ports.clock, now };
  const xl = createXl(ports.processes, path);
  const roster = createRoster(xl);
  const [domain] = (await roster.look()).domains;
  if (domain === undefined) throw new Error('the list has no domain');
  const session = await openXenSession({
    clock,
    toolstack: { xl, roster, rounds: createRounds(ports.clock, 50), borrowStore: () => ({ store, letGo: () => undefined }) },
    borrowed: { store, letGo: () => undefined },
    marker: `uuid="${uuid}"`,
    domain,
    monitor: () => Promise.reject(new Error('nobody asks for a monitor')),
    silence: 5_000,
  });
  onTestFinished(() => session.close());
  return {
    session,
    store,
    becomes: (text) => writeFile(`${path}.list.out`, text),
    asked: async () => (await readFile(`${path}.calls`, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('list')),
  };
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
    await session.release();
    expect(session.latestState()).toBe('running');
    expect(await store.read(mark)).toBeUndefined();
    expect(await asked()).toEqual(['suspend 7', 'resume 7']);
  });

  test('is known as ours by an engine that comes later, and woken by it', async () => {
    const { asked, becomes, session, store } = await guest(name, { list: asleep, mark: '1700000000000' });
    expect(await session.runState()).toBe('suspended');
    await becomes(running);
    await session.release();
    expect(await asked()).toEqual(['resume 7']);
    expect(await store.read(mark)).toBeUndefined();
  });

  test.each([undefined, '', 'soon'])('is in somebody else’s hands where the mark is %o, and is not woken', async (found) => {
    const { asked, session } = await guest(name, { list: asleep, ...(found === undefined ? {} : { mark: found }) });
    expect(await session.runState()).toBe('transitional');
    await expect(session.release()).rejects.toMatchObject({ code: 'XEN_WRONG_STATE' });
    expect(await asked()).toEqual([]);
  });

  test('keeps its mark where it was not woken by what xl did', async () => {
    const { session, store } = await guest(name, { list: asleep, mark: '1700000000000' });
    await session.release();
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
    await expect(session.release()).rejects.toMatchObject({ code: 'XL_FAILED' });
    expect(session.latestState()).toBe('running');
  });

  test('is told what xl has refused, also where nobody can look', async () => {
    const { session } = await guest(name, { list: asleep, mark: '1700000000000', resume: { ...woken, lists: unreadable } });
    await expect(session.release()).rejects.toMatchObject({ code: 'XL_FAILED' });
  });

  test('that has heard may fall asleep yet, and is ours then', async () => {
    const { becomes, session, store } = await guest(name, { suspend: { stderr: 'libxl: error: libxl_dom_suspend.c:367:suspend_common_wait_guest_timeout: Domain 7:guest did not suspend, timed out\n' } });
    await expect(session.suspend(patient())).rejects.toMatchObject({ code: 'XL_FAILED' });
    expect(await store.read(mark)).toMatch(/^\d+$/);
    await becomes(asleep);
    expect(await session.runState()).toBe('suspended');
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
