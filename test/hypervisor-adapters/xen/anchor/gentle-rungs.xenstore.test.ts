/** How a guest of each type is asked, and pressed: with genuine stores, and an xl that says what Xen's said. */
import { expect, test } from 'vitest';
import type { DaemonName } from '../../../support/xenstored/xenstored.js';
import { describeDaemons } from '../channel/xenstore/genuine.js';
import type { FakeAnswer } from '../fake-xl.js';
import { xenGuest, type XenGuest } from './xen-guest.js';

/** An hvm guest that has no drivers for Xen. */
const bare = { stderr: 'Shutting down domain 7\nPV control interface not available: external graceful shutdown not possible.\nUse "-F" to fallback to ACPI power event.\nshutdown failed (rc=-10)\n', code: 1 };

const guest = (name: DaemonName, type: 'pv' | 'pvh' | 'hvm', shutdown: FakeAnswer = {}): Promise<XenGuest> => xenGuest(name, { type, xl: { shutdown, trigger: {} } });

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
