import { describe, inject, onTestFinished, vi } from 'vitest';
import { hostClock } from '../../../../../src/effects/clock.js';
import { hostSockets } from '../../../../../src/effects/sockets.js';
import { dialXenstore } from '../../../../../src/hypervisor-adapters/xen/anchor/dial.js';
import { createXenstoreClient, type XenstoreClient } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/client.js';
import { openXenstore, type Xenstore, type XenstoreStatus } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { daemonNames, startXenstored, type DaemonName, type Xenstored } from '../../../../support/xenstored/xenstored.js';

const provided = inject('xenstored');

/** The same scenarios for both daemons; visibly skipped where there are none. */
export function describeDaemons(title: string, scenarios: (name: DaemonName) => void): void {
  for (const name of daemonNames) describe.skipIf('missing' in provided)(`${title}: ${name}`, () => scenarios(name));
}

/** A daemon that lives as long as the test. */
export async function daemon(name: DaemonName): Promise<Xenstored> {
  if ('missing' in provided) throw new Error(provided.missing);
  const started = await startXenstored(name, provided);
  onTestFinished(async () => await started.dispose());
  return started;
}

function dialled(to: Xenstored): ReturnType<typeof dialXenstore> {
  return dialXenstore({ sockets: hostSockets, clock: hostClock }, { sockets: [to.socket], devices: [] });
}

/** One connection of its own. */
export async function connected(to: Xenstored, deadline = 5000): Promise<XenstoreClient> {
  const connection = await dialled(to)(AbortSignal.timeout(5000));
  const client = createXenstoreClient(connection, { clock: hostClock, deadline });
  onTestFinished(() => client.close());
  return client;
}

export async function daemonAndClient(name: DaemonName): Promise<{ readonly xenstored: Xenstored; readonly client: XenstoreClient }> {
  const xenstored = await daemon(name);
  return { xenstored, client: await connected(xenstored) };
}

/** A store that dials whenever it has to. */
export function opened(to: Xenstored, deadlines = {}): Xenstore {
  const store = openXenstore({ dial: dialled(to), clock: hostClock, deadlines });
  onTestFinished(() => store.close());
  return store;
}

/** Resolves when the assertion holds. The deadline is that of a machine with much other work; nothing waits for it that goes well. */
export async function eventually<T>(assertion: () => T | Promise<T>): Promise<T> {
  return await vi.waitFor(assertion, { timeout: 10_000, interval: 5 });
}

/** Resolves when the store says so. */
export async function until(store: Xenstore, type: XenstoreStatus['type'], deadline = 10_000): Promise<XenstoreStatus> {
  return await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the store is still ${store.status.type} and not ${type}`)), deadline);
    const subscription = store.status$.subscribe((status) => {
      if (status.type !== type) return;
      clearTimeout(late);
      resolve(status);
      queueMicrotask(() => subscription.unsubscribe());
    });
  });
}
