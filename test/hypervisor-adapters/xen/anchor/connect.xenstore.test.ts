/** An engine that comes to a domain: with genuine stores, an xl that says what Xen's said, and the log that it has left. */
import { mkdir, readlink, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { layoutOf } from '../../../../src/anchors/layout.js';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { Ports } from '../../../../src/effects/ports.js';
import type { ProcessIdentity } from '../../../../src/effects/ports/processes.js';
import type { AnchorSession } from '../../../../src/hypervisor-adapters/contract/session.js';
import type { StateLayout } from '../../../../src/hypervisor-adapters/contract/state-layout.js';
import { connect } from '../../../../src/hypervisor-adapters/xen/anchor/connect.js';
import type { Xenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../effects/temporary-directory.js';
import type { DaemonName } from '../../../support/xenstored/xenstored.js';
import { daemon, describeDaemons, opened } from '../channel/xenstore/genuine.js';
import { fakeXl } from '../fake-xl.js';
import { listed, uuid } from '../xl-list.js';

const real = hostPorts();
let scratch: TemporaryDirectory;
let living: ProcessIdentity;
beforeAll(async () => {
  scratch = await temporaryDirectory();
  const self = await real.processes.identify(process.pid);
  if (self === undefined) throw new Error('this process cannot be identified');
  living = self;
});
afterAll(async () => {
  await real.close();
  await scratch[Symbol.asyncDispose]();
});

const built = 'Parsing config from /run/hypervisor/xen/web/xl.cfg\nWaiting for domain web (domid 7) to die [pid 4242]\n';
/** What xl of 4.20 adds at each sleep of its domain. */
const slept = 'Domain 7 has shut down, reason code 2 0x2\nDomain has suspended.\nContinue waiting for domain 7\n';

interface Scene {
  readonly store: Xenstore;
  readonly layout: StateLayout;
  readonly come: (identity?: ProcessIdentity, within?: number) => Promise<AnchorSession>;
}

let made = 0;

async function scene(name: DaemonName, { log, released, state }: { readonly log: string; readonly released: boolean; readonly state: string }): Promise<Scene> {
  const directory = `${scratch.path}/${made++}`;
  const layout = layoutOf(directory, 'xen', 'web');
  await mkdir(layout.directory, { recursive: true });
  await writeFile(layout.anchorLog, log);
  await fakeXl(`${directory}/xl`, { list: { stdout: listed(state) } });
  const xenstored = await daemon(name);
  const store = opened(xenstored);
  await store.write('/libxl/7/type', 'pv');
  await store.write('/local/domain/7/console/tty', '/dev/pts/7');
  if (released) await store.write('/libxl/7/windlass/released', '1');
  const ports: Ports = {
    ...real,
    files: { ...real.files, findExecutable: () => Promise.resolve(`${directory}/xl`) },
    sockets: { ...real.sockets, connect: (_, signal) => real.sockets.connect(xenstored.socket, signal) },
  };
  return {
    store,
    layout,
    async come(identity = living, within = 10_000) {
      const session = await connect(ports, { identity, layout, marker: `uuid="${uuid}"`, silence: 5_000, signal: AbortSignal.timeout(within) });
      onTestFinished(() => session.close());
      return session;
    },
  };
}

describeDaemons('an engine that comes to a domain of Xen', (name) => {
  test('takes it over after two hundred sleeps, paused or running', async () => {
    for (const state of ['--p---', '-b----']) {
      const { come, layout } = await scene(name, { log: built + slept.repeat(200), released: true, state });
      const session = await come();
      expect(session.latestState()).toBe(state === '--p---' ? 'paused' : 'running');
      expect(await readlink(layout.cons)).toBe('/dev/pts/7');
    }
  });

  test('takes over one that has run, though its log is lost and its xl gone', async () => {
    const { come, layout } = await scene(name, { log: '', released: true, state: '--p---' });
    await rm(layout.anchorLog);
    expect((await come({ ...living, startTime: '1' })).latestState()).toBe('paused');
  });

  test('waits for one that is being built, and finds it ready to run', async () => {
    const { come, layout } = await scene(name, { log: 'Parsing config from xl.cfg\n', released: false, state: '--p---' });
    await expect(come(living, 1_000)).rejects.toMatchObject({ name: 'TimeoutError' });
    const coming = come();
    await writeFile(layout.anchorLog, built);
    expect((await coming).latestState()).toBe('prelaunch');
  });

  test('takes over one that has not run as it is, also while nobody serves its sockets: that is asked when it is to run', async () => {
    for (const state of ['1', '6']) {
      const { come, store } = await scene(name, { log: built, released: false, state: '--p---' });
      const backEnd = '/local/domain/0/backend/pvcalls/7/0';
      await store.write('/local/domain/7/device/pvcalls/0/backend', backEnd);
      await store.write(`${backEnd}/state`, state);
      expect((await come(living, 3_000)).latestState()).toBe('prelaunch');
    }
  });

  test('leaves one that stayed half built', async () => {
    const { come } = await scene(name, { log: 'Parsing config from xl.cfg\n', released: false, state: '--p---' });
    await expect(come({ ...living, startTime: '1' })).rejects.toMatchObject({ code: 'XEN_BUILD_INTERRUPTED', neverRan: true });
  });
});
