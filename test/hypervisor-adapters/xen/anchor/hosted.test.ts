import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { Ports } from '../../../../src/effects/ports.js';
import { hostedDomains } from '../../../../src/hypervisor-adapters/xen/anchor/hosted.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../effects/temporary-directory.js';
import { fakeXl } from '../fake-xl.js';
import { running, uuid } from '../xl-list.js';

const marker = `uuid="${uuid}"`;

const host = hostPorts();
let scratch: TemporaryDirectory;
/** This host, were it the dom0 of a Xen whose xl is a program of the test. */
let dom0: Ports;

beforeEach(async () => {
  scratch = await temporaryDirectory();
  const capabilities = { kind: 'file', size: 0, id: '1:1', modified: 0 } as const;
  dom0 = {
    ...host,
    files: {
      ...host.files,
      findExecutable: () => Promise.resolve(`${scratch.path}/xl`),
      stat: (path) => (path === '/proc/xen/capabilities' ? Promise.resolve(capabilities) : host.files.stat(path)),
    },
  };
});

afterEach(() => scratch[Symbol.asyncDispose]());

/** How often xl was told to destroy the domain, and what was told as refusals, once it was told often enough. */
async function refusals(destroy: Parameters<typeof fakeXl>[1][string]): Promise<{ readonly tries: number; readonly told: readonly string[] }> {
  const xl = `${scratch.path}/xl`;
  await fakeXl(xl, { list: { stdout: running }, destroy });
  const told: string[] = [];
  const given = new AbortController();
  const trying = hostedDomains.destroy(dom0, marker, given.signal, ({ code, message }) => told.push(`${code} ${message}`));
  const over = expect(trying).rejects.toThrow('that is enough');
  const triesSoFar = async (): Promise<number> => (await readFile(`${xl}.calls`, 'utf8')).split('\n').filter((line) => line === 'destroy 7').length;
  try {
    // The third begins when the first two are over. Nothing waits for the deadline that goes well.
    await vi.waitFor(async () => expect(await triesSoFar()).toBeGreaterThanOrEqual(3), { timeout: 10_000, interval: 20 });
  } finally {
    given.abort(new Error('that is enough'));
  }
  await over;
  return { told, tries: await triesSoFar() };
}

it('what xl says against the end of a domain is told each time that it is tried', async () => {
  const { told, tries } = await refusals({ code: 1, stderr: 'libxl: error: libxl_device.c:1111:device_destroy: Domain 7: device not gone\n' });
  // The last one may have been cut short.
  expect([tries, tries - 1]).toContain(told.length);
  for (const refusal of told) expect(refusal).toMatch(/^XL_FAILED xl destroy 7 ended with code 1: .*device not gone/);
});

it('that somebody else destroys the domain at the same time is no refusal', async () => {
  expect((await refusals({ code: 1, stderr: 'libxl: error: destroy failed (rc=-15)\n' })).told).toEqual([]);
});
