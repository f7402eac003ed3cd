import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startXenLab } from './lab.js';
import { bundleProduct } from './product.js';

test('the xenstore client serves the store of a real dom0', async () => {
  const share = mkdtempSync(join(tmpdir(), 'windlass-share-'));
  onTestFinished(() => rmSync(share, { recursive: true, force: true }));
  await bundleProduct(share);
  await using lab = await startXenLab({ share });
  const { code, stderr, stdout } = await lab.exec(['node', '/project/dist/store.js']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    text: 'good morning',
    absent: null,
    children: 600,
    permissions: { owner: 0, others: 'none', grants: [{ domid: 5, access: 'read' }] },
    contest: { value: '11', attempts: 2 },
    watched: ['look /watched', 'changed /watched/child'],
    tooLarge: 'XENSTORE_TOO_LARGE',
    badPath: 'XENSTORE_PATH_INVALID',
    dom0: true,
    nobody: false,
  });
});
