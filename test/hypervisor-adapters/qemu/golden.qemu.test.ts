import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import type { AnchorPlan } from '../../../src/hypervisor-adapters/contract/plan.js';
import { startQmp } from '../../../src/hypervisor-adapters/qemu/channel/client.js';
import { qemuAdapter } from '../../../src/hypervisor-adapters/qemu/index.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../effects/temporary-directory.js';
import { writeQcow2 } from '../../support/qcow2.js';
import { goldenDocuments } from './golden-documents.js';
import { documentOf, layoutOf } from './plan-requests.js';

const ports = hostPorts();
let scratch: TemporaryDirectory;
let facts: HypervisorFacts;

beforeAll(async () => {
  scratch = await temporaryDirectory();
  facts = await qemuAdapter.probe(ports, `${scratch.path}/cache`, { acceleration: false });
  await makeFiles(`${scratch.path}/files`);
});

afterAll(async () => {
  await ports.close();
  await scratch[Symbol.asyncDispose]();
});

describe('every golden document that any host can start', () => {
  const startable = Object.entries(goldenDocuments('')).filter(([, { startsAnywhere }]) => startsAnywhere);
  const root = process.getuid?.() === 0;

  it.each(startable.map(([name]) => name))('%s waits before its first instruction with the planned devices, and quits', async (name) => {
    const golden = goldenDocuments(`${scratch.path}/files`)[name];
    if (golden === undefined) throw new Error(name);
    const document = documentOf(golden.spec, name.toLowerCase());
    const layout = layoutOf(document.metadata.name, scratch.path);
    const outcome = qemuAdapter.plan({ document, facts, layout, host: await ports.host.facts() });
    if (!outcome.ok) {
      // Becoming another user is for root; everybody else is told so.
      expect({ root, codes: outcome.problems.map(({ code }) => code) }).toEqual({ root: false, codes: ['PLAN_NOT_PERMITTED'] });
      return;
    }
    await mkdir(layout.directory, { recursive: true });
    const anchor = await qemuAdapter.launch(ports, outcome.plan.recipe, layout);
    try {
      const session = await qemuAdapter.connect(ports, { layout, identity: anchor.identity, marker: outcome.plan.recipe.marker, silence: 10_000, signal: AbortSignal.timeout(20_000) });
      expect(await session.runState()).toBe('prelaunch');
      expect(await devicesSeen(layout.directory)).toEqual(devicesPlanned(outcome.plan));
      await session.quit();
      expect(await anchor.exited).toEqual({ code: 0, signal: null });
      const left = await readdir(layout.directory);
      expect(left.filter((entry) => entry.endsWith('.pid')).length).toBe(document.spec.user === undefined ? 0 : 1);
    } catch (error) {
      throw new Error(`anchor log: ${await readFile(layout.anchorLog, 'utf8')}`, { cause: error });
    } finally {
      await ports.processes.signal(anchor.identity, 'SIGKILL');
      await anchor.exited;
    }
  });

  it('cannot be started twice: the second anchor of a domain ends at once', async () => {
    const document = documentOf({ memory: '64Mi' }, 'twice');
    const layout = layoutOf('twice', scratch.path);
    const outcome = qemuAdapter.plan({ document, facts, layout, host: await ports.host.facts() });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
    await mkdir(layout.directory, { recursive: true });
    const first = await qemuAdapter.launch(ports, outcome.plan.recipe, layout);
    try {
      await ports.files.waitForEntry(layout.directory, 'qmp', AbortSignal.timeout(10_000));
      const second = await qemuAdapter.launch(ports, outcome.plan.recipe, layout);
      expect(await second.exited).toEqual({ code: 1, signal: null });
      expect(await readFile(layout.anchorLog, 'utf8')).toContain('cannot create PID file');
      expect(await ports.processes.presence(first.identity)).toBe('present');
    } finally {
      await ports.processes.signal(first.identity, 'SIGKILL');
      await first.exited;
    }
  });
});

/** Ids of all devices, with the slot of those that have one. */
function devicesPlanned(plan: AnchorPlan): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries(plan.deviceModel.devices.map(({ id, address }) => [id, address === undefined ? undefined : Number(address)]));
}

/** The same, as QEMU tells the operators' monitor. */
async function devicesSeen(directory: string): Promise<Readonly<Record<string, number | undefined>>> {
  const signal = AbortSignal.timeout(10_000);
  const client = startQmp(await ports.sockets.connect(`${directory}/monitor`, signal), { clock: ports.clock, signal, deadlines: { greeting: 5000, command: 5000 } });
  try {
    const peripherals = await client.execute('qom-list', { path: '/machine/peripheral' });
    const buses = await client.execute('query-pci');
    const slots = new Map(buses.flatMap(({ devices }) => devices.map(({ qdev_id, slot }) => [qdev_id, slot] as const)));
    const ids = peripherals.filter(({ type }) => type.startsWith('child<')).map(({ name }) => name);
    return Object.fromEntries(ids.map((id) => [id, slots.get(id)]));
  } finally {
    client.close();
  }
}

async function makeFiles(directory: string): Promise<void> {
  await mkdir(`${directory}/shared,dir`, { recursive: true });
  for (const name of ['a.img', 'b.img', 'd,e=f.img', 'g.img', 'h.iso']) {
    await writeFile(`${directory}/${name}`, '');
    await truncate(`${directory}/${name}`, 1024 ** 2);
  }
  writeQcow2(`${directory}/c.qcow2`);
  await writeFile(`${directory}/multiboot`, multibootKernel());
  await writeFile(`${directory}/table,1.aml`, emptyTable());
}

/** An SSDT that defines nothing: the 36 bytes of its header (ACPI 6.5, 5.2.6). */
function emptyTable(): Uint8Array {
  const table = Buffer.alloc(36);
  table.write('SSDT', 0, 'latin1');
  table.writeUInt32LE(table.length, 4);
  table.writeUInt8(2, 8);
  table.write('WINDLSEMPTY   ', 10, 'latin1');
  table.write('WNDL', 28, 'latin1');
  table.writeUInt8((256 - (table.reduce((sum, byte) => sum + byte, 0) & 0xff)) & 0xff, 9);
  return table;
}

/** The least that QEMU takes for a kernel: a multiboot header with load addresses (flag 16), and a halt behind it. */
function multibootKernel(): Uint8Array {
  const magic = 0x1badb002;
  const flags = 1 << 16;
  const load = 0x100000;
  const words = [magic, flags, (-(magic + flags)) >>> 0, load, load, 0, 0, load + 32, 0xfeebf4fa];
  return new Uint8Array(Uint32Array.from(words).buffer);
}
