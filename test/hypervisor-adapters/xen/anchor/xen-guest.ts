/** A session on domain 7 of a Xen, with a genuine store, and an xl that is told what to say. */
import { readFile, writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { createRounds } from '../../../../src/anchors/rounds.js';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { AnchorSession } from '../../../../src/hypervisor-adapters/contract/session.js';
import { createRoster } from '../../../../src/hypervisor-adapters/xen/anchor/roster.js';
import { openXenSession } from '../../../../src/hypervisor-adapters/xen/anchor/session.js';
import type { Xenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { createXl, usualDeadlines } from '../../../../src/hypervisor-adapters/xen/channel/xl/xl.js';
import { temporaryDirectory } from '../../../effects/temporary-directory.js';
import type { DaemonName, Xenstored } from '../../../support/xenstored/xenstored.js';
import { daemon, opened } from '../channel/xenstore/genuine.js';
import { fakeXl, type FakeAnswer } from '../fake-xl.js';
import { running, uuid } from '../xl-list.js';

/** Milliseconds between two looks of a session: nobody waits for the half minute of a real one. */
const roundInterval = 50;

export interface XenGuestOptions {
  /** `pv` where it is left out. */
  readonly type?: 'pv' | 'pvh' | 'hvm';
  /** What xl's list says at first: that it runs, where it is left out. */
  readonly list?: string;
  /** Seconds that such a list takes. */
  readonly listLasts?: number;
  /** What xl says to its other commands. */
  readonly xl: Readonly<Record<string, FakeAnswer>>;
  /** Nodes of the store that are there before. */
  readonly nodes?: Readonly<Record<string, string>>;
  /** Milliseconds in which a request to the store must be answered. */
  readonly storeDeadline?: number;
  /** Milliseconds that `xl suspend` may take. */
  readonly suspendDeadline?: number;
  readonly now?: () => number;
}

export interface XenGuest {
  readonly session: AnchorSession;
  /** The session's own. */
  readonly store: Xenstore;
  readonly xenstored: Xenstored;
  /** From now on xl tells this of the domains. */
  readonly becomes: (list: string) => Promise<void>;
  /** What xl was asked, but for lists. */
  readonly asked: () => Promise<readonly string[]>;
}

/** It lives as long as the test. */
export async function xenGuest(name: DaemonName, { list = running, listLasts = 0, nodes = {}, now = () => Date.now(), storeDeadline = 5_000, suspendDeadline = usualDeadlines.suspend, type = 'pv', xl: answers }: XenGuestOptions): Promise<XenGuest> {
  const ports = hostPorts();
  onTestFinished(() => ports.close());
  const scratch = await temporaryDirectory();
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  const path = `${scratch.path}/xl`;
  await fakeXl(path, { list: { stdout: list, lasts: listLasts }, ...answers });
  const xenstored = await daemon(name);
  const store = opened(xenstored, { request: storeDeadline });
  await store.write('/libxl/7/type', type);
  for (const [node, value] of Object.entries(nodes)) await store.write(node, value);
  const xl = createXl(ports.processes, path, { ...usualDeadlines, suspend: suspendDeadline });
  const roster = createRoster(xl);
  const [domain] = (await roster.look()).domains;
  if (domain === undefined) throw new Error('the list has no domain');
  const clock = { ...ports.clock, now };
  const session = await openXenSession({
    clock,
    toolstack: { xl, roster, rounds: createRounds(clock, roundInterval), borrowStore: () => ({ store, letGo: () => undefined }) },
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
    xenstored,
    becomes: (text) => writeFile(`${path}.list.out`, text),
    asked: async () => (await readFile(`${path}.calls`, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('list')),
  };
}
