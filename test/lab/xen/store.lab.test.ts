import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startXenLab, type XenLab } from './lab.js';
import { bundleProduct } from './product.js';

/** What oxenstored tells a socket in one piece is too much for the kernel's ring, and it knows no other way. */
const daemon = process.env['LAB_XENSTORED'] === 'c' ? 'xenstored' : 'oxenstored';

let share: string;
let lab: XenLab;

beforeAll(async () => {
  share = mkdtempSync(join(tmpdir(), 'windlass-share-'));
  await bundleProduct(share);
  lab = await startXenLab({ share });
});
afterAll(async () => {
  await lab.stop();
  rmSync(share, { recursive: true, force: true });
});

test.each(['socket', 'device'])('the xenstore client serves the store of a real dom0 over its %s', async (way) => {
  const { code, stderr, stdout } = await lab.exec(['node', '/project/dist/store.js', way]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    text: 'good morning',
    absent: null,
    children: way === 'device' && daemon === 'oxenstored' ? 'XENSTORE_TOO_LARGE' : 600,
    permissions: { owner: 0, others: 'none', grants: [{ domid: 5, access: 'read' }] },
    contest: { value: '11', attempts: 2 },
    watched: ['look /watched', 'changed /watched/child'],
    tooLarge: 'XENSTORE_TOO_LARGE',
    badPath: 'XENSTORE_PATH_INVALID',
    dom0: true,
    nobody: false,
  });
  const { stdout: left } = await lab.exec(['pgrep', '-x', 'windlass-device']);
  expect(left).toBe('');
});
