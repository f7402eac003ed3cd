import { appendFile, mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { layoutOf } from '../../../../src/anchors/layout.js';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { ProcessIdentity } from '../../../../src/effects/ports/processes.js';
import type { StateLayout } from '../../../../src/hypervisor-adapters/contract/state-layout.js';
import { explains } from '../../../../src/hypervisor-adapters/xen/anchor/build-failure.js';
import { untilBuilt } from '../../../../src/hypervisor-adapters/xen/anchor/built.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../effects/temporary-directory.js';

const ports = hostPorts();
const said = 'Parsing config from /run/hypervisor/xen/web/xl.cfg\nWaiting for domain web (domid 7) to die [pid 4242]\n';
let scratch: TemporaryDirectory;
let layout: StateLayout;
let living: ProcessIdentity;
let dead: ProcessIdentity;

beforeEach(async () => {
  scratch = await temporaryDirectory();
  layout = layoutOf(scratch.path, 'xen', 'web');
  await mkdir(layout.directory, { recursive: true });
  const self = await ports.processes.identify(process.pid);
  if (self === undefined) throw new Error('this process cannot be identified');
  living = self;
  dead = { ...self, startTime: '1' };
});

afterEach(() => scratch[Symbol.asyncDispose]());

it('waits for what xl says last, and hears it as it is said', async () => {
  // Time never passes for it: only the log can wake it.
  const sleep = (_: number, signal?: AbortSignal): Promise<void> => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  const built = untilBuilt({ ...ports, clock: { ...ports.clock, sleep } }, layout, living, AbortSignal.timeout(5_000));
  await appendFile(layout.anchorLog, said.slice(0, 60));
  setTimeout(() => void appendFile(layout.anchorLog, said.slice(60)), 20);
  await expect(built).resolves.toBeUndefined();
});

it('is content with a domain whose xl has gone since', async () => {
  await appendFile(layout.anchorLog, said);
  expect(await untilBuilt(ports, layout, dead, AbortSignal.timeout(5_000))).toBeUndefined();
});

it('says so when xl ended in the middle of it', async () => {
  await appendFile(layout.anchorLog, 'Parsing config from xl.cfg\n');
  expect(await untilBuilt(ports, layout, dead, AbortSignal.timeout(5_000))).toMatchObject({ code: 'XEN_BUILD_INTERRUPTED', neverRan: true });
});

it('names the device that nobody serves, and the field that says who should', async () => {
  await appendFile(layout.anchorLog, 'libxl: error: libxl_device.c:1181:device_backend_callback: Domain 1:unable to add device with path /local/domain/0/backend/vdispl/1/0\n');
  expect(await untilBuilt(ports, layout, dead, AbortSignal.timeout(5_000))).toMatchObject({ code: 'XEN_BACK_END_SILENT', field: 'spec.xen.displayBackend', retryable: true, neverRan: true, message: 'nothing in domain 0 has answered for the display (vdispl)' });
});

it('explains such an end of xl in the same words, and no other', () => {
  const path = 'unable to add device with path /local/domain/0/backend';
  expect(explains(`libxl: error: ${path}/vtpm/1/0\nlibxl: error: Destruction of domain failed\n`)).toMatch(/^nothing in domain 0 has answered for the vTPM \(vtpm\); start what serves vtpm in the domain that spec\.xen\.tpmBackend names/);
  expect([explains(`libxl: error: ${path}/vif/1/0\n`), explains('')]).toEqual([undefined, undefined]);
});

it('leaves a device of the toolstack’s own to xl’s words', async () => {
  await appendFile(layout.anchorLog, 'libxl: error: libxl_device.c:1181:device_backend_callback: Domain 1:unable to add device with path /local/domain/0/backend/vif/1/0\n');
  expect(await untilBuilt(ports, layout, dead, AbortSignal.timeout(5_000))).toMatchObject({ code: 'XEN_BUILD_INTERRUPTED', neverRan: true });
});

it('gives up with its signal', async () => {
  await expect(untilBuilt(ports, layout, living, AbortSignal.timeout(30))).rejects.toMatchObject({ name: 'TimeoutError' });
});
