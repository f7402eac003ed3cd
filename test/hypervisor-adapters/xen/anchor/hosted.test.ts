import { afterEach, beforeEach, expect, it } from 'vitest';
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

async function refusals(destroy: Parameters<typeof fakeXl>[1][string]): Promise<readonly string[]> {
  await fakeXl(`${scratch.path}/xl`, { list: { stdout: running }, destroy });
  const told: string[] = [];
  const given = new AbortController();
  const trying = hostedDomains.destroy(dom0, marker, given.signal, ({ code, message }) => {
    told.push(`${code} ${message}`);
    if (told.length === 2) given.abort(new Error('that is enough'));
  });
  const enough = setTimeout(() => given.abort(new Error('that is enough')), 1_000);
  await expect(trying).rejects.toThrow('that is enough');
  clearTimeout(enough);
  return told;
}

it('what xl says against the end of a domain is told each time that it is tried', async () => {
  const told = await refusals({ code: 1, stderr: 'libxl: error: libxl_device.c:1111:device_destroy: Domain 7: device not gone\n' });
  expect(told).toHaveLength(2);
  expect(told[1]).toMatch(/^XL_FAILED xl destroy 7 ended with code 1: .*device not gone/);
});

it('that somebody else destroys the domain at the same time is no refusal', async () => {
  expect(await refusals({ code: 1, stderr: 'libxl: error: destroy failed (rc=-15)\n' })).toEqual([]);
});
