/** How a guest of each type is asked, and pressed: with genuine stores, and an xl that says what Xen's said. */
import { readFile } from 'node:fs/promises';
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
const list = `Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label\nweb                                          7    16     1     -b----       0.3 ${uuid}        -                -\n`;
/** An hvm guest that has no drivers for Xen. */
const bare = { stderr: 'Shutting down domain 7\nPV control interface not available: external graceful shutdown not possible.\nUse "-F" to fallback to ACPI power event.\nshutdown failed (rc=-10)\n', code: 1 };

interface Guest {
  readonly session: AnchorSession;
  readonly store: Xenstore;
  /** What xl was asked, but for lists. */
  readonly asked: () => Promise<readonly string[]>;
}

let made = 0;

async function guest(name: DaemonName, type: 'pv' | 'pvh' | 'hvm', shutdown: FakeAnswer = {}): Promise<Guest> {
  const path = `${scratch.path}/xl${made++}`;
  await fakeXl(path, { list: { stdout: list }, shutdown, trigger: {} });
  const store = opened(await daemon(name));
  await store.write('/libxl/7/type', type);
  const xl = createXl(ports.processes, path);
  const roster = createRoster(xl);
  const [domain] = (await roster.look()).domains;
  if (domain === undefined) throw new Error('the list has no domain');
  const session = await openXenSession({
    clock: ports.clock,
    toolstack: { xl, roster, rounds: createRounds(ports.clock), borrowStore: () => ({ store, letGo: () => undefined }) },
    borrowed: { store, letGo: () => undefined },
    marker: `uuid="${uuid}"`,
    domain,
    monitor: () => Promise.reject(new Error('nobody asks for a monitor')),
    silence: 5_000,
  });
  onTestFinished(() => session.close());
  return { session, store, asked: async () => (await readFile(`${path}.calls`, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('list')) };
}

const within = (): AbortSignal => AbortSignal.timeout(10_000);

describeDaemons('the gentle rungs', (name) => {
  test.each(['pv', 'pvh'] as const)('a %s guest is asked through its store, without xl', async (type) => {
    const { asked, session, store } = await guest(name, type);
    await session.ask(within());
    expect(await store.read('/local/domain/7/control/shutdown')).toBe('poweroff');
    expect(await asked()).toEqual([]);
  });

  test('an hvm guest is asked by xl, which knows whether it listens', async () => {
    const { asked, session } = await guest(name, 'hvm');
    await session.ask(within());
    expect(await asked()).toEqual(['shutdown 7']);
  });

  test('an hvm guest without drivers for Xen cannot be asked, and asking again would not help: it has a button', async () => {
    const { asked, session } = await guest(name, 'hvm', bare);
    await expect(session.ask(within())).rejects.toMatchObject({ code: 'XL_FAILED', retryable: false });
    await session.press();
    expect(await asked()).toEqual(['shutdown 7', 'trigger 7 power']);
  });
});
