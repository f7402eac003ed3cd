import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepEvidence, lastWords } from '../../src/actors/evidence.js';
import { layoutOf } from '../../src/anchors/layout.js';
import { hostPorts } from '../../src/effects/host-ports.js';
import { endOf } from '../machines/support/documents.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windlass-evidence-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const keep = async (incarnation: number) => {
  await using ports = hostPorts();
  const layout = layoutOf(root, 'qemu', 'web');
  return await keepEvidence(ports, { layout, incarnation, end: endOf({ incarnation }), details: undefined, transcript: ['> quit', '< ok'], exit: null });
};

it('is bounded in number: of a guest that crashes again and again, the last five ends are kept', async () => {
  mkdirSync(join(root, 'qemu/web'), { recursive: true });
  for (const incarnation of [1, 2, 3, 9, 10, 11, 100]) await keep(incarnation);

  const bundles = readdirSync(join(root, 'qemu/web/evidence'));
  expect(bundles.sort()).toEqual(['000003', '000009', '000010', '000011', '000100']);
  expect(JSON.parse(readFileSync(join(root, 'qemu/web/evidence/000100/end.json'), 'utf8'))).toMatchObject({ end: { incarnation: 100 }, argv: [] });
});

it('is bounded in size: of each log the end is kept, and it stays where it was', async () => {
  const directory = join(root, 'qemu/web');
  mkdirSync(directory, { recursive: true });
  const log = `${'x'.repeat(300_000)}\nassertion failed\n`;
  writeFileSync(join(directory, 'anchor.log'), log);
  writeFileSync(join(directory, 'console.log'), 'y'.repeat(300_000));
  const { evidence, lastWords: words } = await keep(1);

  for (const name of ['anchor.log', 'console.log']) expect(statSync(join(evidence, name)).size).toBe(65_536);
  expect(readFileSync(join(evidence, 'anchor.log'), 'utf8')).toMatch(/x\nassertion failed\n$/);
  expect(readFileSync(join(evidence, 'channel.log'), 'utf8')).toBe('> quit\n< ok\n');
  expect(words).toHaveLength(401);
  expect(words).toMatch(/^…x+ \| assertion failed$/);
  expect(readFileSync(join(directory, 'anchor.log'), 'utf8')).toBe(log);
});

it('has the last two lines that say something for last words, and none where nothing was said', () => {
  expect(lastWords('one\n\n two \nthree\n\n')).toBe('two | three');
  expect(lastWords('\n \n')).toBe('');
});

it('has the first complaint of xl among its last words, and not only those of its cleaning up', () => {
  const log = [
    'Parsing config from /run/hypervisor/xen/web/xl.cfg',
    'libxl: error: libxl_device.c:1181:device_backend_callback: Domain 5:unable to add device with path /local/domain/4/backend/vtpm/5/0',
    'libxl: error: libxl_create.c:1921:domcreate_attach_devices: Domain 5:unable to add vtpm devices',
    'libxl: info: libxl_device.c:1067:libxl__initiate_device_generic_remove: backend already removed, cleanup frontend only',
    'libxl: error: libxl_domain.c:1137:domain_destroy_callback: Domain 5:Unable to destroy guest',
    'libxl: error: libxl_domain.c:1064:domain_destroy_cb: Domain 5:Destruction of domain failed',
    '',
  ].join('\n');
  expect(lastWords(log)).toMatch(/unable to add device with path \/local\/domain\/4\/backend\/vtpm\/5\/0 \| .*Destruction of domain failed$/);
});
