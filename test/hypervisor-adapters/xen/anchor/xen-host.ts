/** A Xen with a genuine store, and an xl that is told what to say. */
import { readFile, writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { Ports } from '../../../../src/effects/ports.js';
import { createRoster, type Roster } from '../../../../src/hypervisor-adapters/xen/anchor/roster.js';
import type { XlDomain } from '../../../../src/hypervisor-adapters/xen/channel/xl/domain-list.js';
import { createXl, usualDeadlines, type Xl } from '../../../../src/hypervisor-adapters/xen/channel/xl/xl.js';
import type { Xenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { temporaryDirectory } from '../../../effects/temporary-directory.js';
import type { DaemonName, Xenstored } from '../../../support/xenstored/xenstored.js';
import { daemon, opened } from '../channel/xenstore/genuine.js';
import { fakeXl, type FakeAnswer } from '../fake-xl.js';
import { running } from '../xl-list.js';

export interface XenHostOptions {
  /** What xl's list says at first: that domain 7 runs, where it is left out. */
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
}

export interface XenHost {
  readonly ports: Ports;
  readonly xl: Xl;
  readonly roster: Roster;
  readonly store: Xenstore;
  readonly xenstored: Xenstored;
  /** Of the list as it is now. */
  readonly domain: () => Promise<XlDomain>;
  /** From now on xl tells this of the domains. */
  readonly becomes: (list: string) => Promise<void>;
  /** What xl was asked, but for lists. */
  readonly asked: () => Promise<readonly string[]>;
}

/** It lives as long as the test. */
export async function xenHost(name: DaemonName, { list = running, listLasts = 0, nodes = {}, storeDeadline = 5_000, suspendDeadline = usualDeadlines.suspend, xl: answers }: XenHostOptions): Promise<XenHost> {
  const ports = hostPorts();
  onTestFinished(() => ports.close());
  const scratch = await temporaryDirectory();
  onTestFinished(() => scratch[Symbol.asyncDispose]());
  const path = `${scratch.path}/xl`;
  await fakeXl(path, { list: { stdout: list, lasts: listLasts }, ...answers });
  // It may be asked nothing at all.
  await writeFile(`${path}.calls`, '');
  const xenstored = await daemon(name);
  const store = opened(xenstored, { request: storeDeadline });
  for (const [node, value] of Object.entries(nodes)) await store.write(node, value);
  const xl = createXl(ports.processes, path, { ...usualDeadlines, suspend: suspendDeadline });
  const roster = createRoster(xl);
  return {
    ports,
    xl,
    roster,
    store,
    xenstored,
    domain: async () => {
      const [domain] = (await roster.look()).domains;
      if (domain === undefined) throw new Error('the list has no domain');
      return domain;
    },
    becomes: (text) => writeFile(`${path}.list.out`, text),
    asked: async () => (await readFile(`${path}.calls`, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('list')),
  };
}
