import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstValueFrom, filter } from 'rxjs';
import { afterAll, expect, it } from 'vitest';
import type { DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { LaunchedProcess } from '../../../src/effects/ports/processes.js';
import type { AnchorSession } from '../../../src/hypervisor-adapters/contract/session.js';
import type { StateLayout } from '../../../src/hypervisor-adapters/contract/state-layout.js';
import { qemuAdapter } from '../../../src/hypervisor-adapters/qemu/index.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { documentOf, layoutOf } from './plan-requests.js';

const ports = hostPorts();
afterAll(() => ports.close());

const bootSector = join(import.meta.dirname, '../../../guests/heartbeat/heartbeat.img');

interface Anchor extends AsyncDisposable {
  readonly process: LaunchedProcess;
  readonly layout: StateLayout;
  connect(): Promise<AnchorSession>;
}

/** Launches without the engine: plan, directory, QEMU. Killed at the end of the scope. */
async function anchorOf(spec: DomainDocumentInput['spec'], root: string): Promise<Anchor> {
  const facts = await qemuAdapter.probe(ports, `${root}/cache`, { acceleration: false });
  const document = documentOf(spec, 'guest');
  const layout = layoutOf('guest', root);
  const image = await ports.files.stat(bootSector);
  const seen = image === undefined ? {} : { [bootSector]: image };
  const outcome = qemuAdapter.plan({ document, facts, layout, seen, host: await ports.host.facts() });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  await mkdir(layout.directory, { recursive: true });
  for (const { from, to, mode } of outcome.plan.recipe.copies) await ports.files.copyIfAbsent(from, to, mode);
  const process = await qemuAdapter.launch(ports, outcome.plan.recipe, layout);
  return {
    process,
    layout,
    connect: () => qemuAdapter.connect(ports, { layout, identity: process.identity, marker: outcome.plan.recipe.marker, silence: 10_000, signal: AbortSignal.timeout(20_000) }),
    [Symbol.asyncDispose]: async () => {
      await ports.processes.signal(process.identity, 'SIGKILL');
      await process.exited;
    },
  };
}

it('a bare boot sector boots, answers its power button, and leaves its anchor waiting', async () => {
  await using directory = await temporaryDirectory();
  await using anchor = await anchorOf({ memory: '16Mi', disks: [{ image: bootSector, readOnly: true }] }, directory.path);
  const session = await anchor.connect();
  await session.release(AbortSignal.timeout(10_000));
  await expect.poll(() => readFile(anchor.layout.consoleLog, 'latin1'), { timeout: 20_000, interval: 20 }).toContain('HEARTBEAT 1');
  const off = firstValueFrom(session.observations.pipe(filter(({ type }) => type === 'guest.shutdown')));
  await session.press();
  expect(await off).toEqual({ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' });
  expect(await session.runState()).toBe('shutdown');
  await session.quit();
  expect(await anchor.process.exited).toEqual({ code: 0, signal: null });
});

it.each([false, true])('UEFI firmware with secure boot %s waits before its first instruction, or is refused where it is not installed', async (secureBoot) => {
  await using directory = await temporaryDirectory();
  const { firmware = [] } = await qemuAdapter.probe(ports, `${directory.path}/cache`, { acceleration: false });
  const starting = anchorOf({ memory: '128Mi', boot: { firmware: 'uefi', secureBoot } }, directory.path);
  if (!firmware.some((one) => (secureBoot ? one.secureBoot : !one.needsSmm))) {
    await expect(starting).rejects.toThrow('PLAN_FIRMWARE_MISSING');
    return;
  }
  await using anchor = await starting;
  const session = await anchor.connect();
  expect(await session.runState()).toBe('prelaunch');
  await session.quit();
});

it('a tap is used where this user may have one, and otherwise the plan or the anchor says so', async () => {
  await using directory = await temporaryDirectory();
  const starting = anchorOf({ memory: '16Mi', networks: [{ type: 'tap', mtu: 1400 }] }, directory.path);
  if (!(await ports.files.accessible('/dev/net/tun', 'write'))) {
    await expect(starting).rejects.toThrow('PLAN_BACK_END_MISSING');
    return;
  }
  await using anchor = await starting;
  const connected = anchor.connect().then((session) => session.runState());
  connected.catch(() => undefined);
  const first = await Promise.race([connected, anchor.process.exited]);
  if (first !== 'prelaunch') expect(await readFile(anchor.layout.anchorLog, 'utf8')).toMatch(/tun|tap/i);
  else expect((await ports.processes.identify(anchor.process.identity.pid))?.startTime).toBe(anchor.process.identity.startTime);
});
