import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { startXenLab, type XenLab } from './lab.js';
import { bundleProduct } from './product.js';
import { serveTheStore } from './store-scenario.js';

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

test('the xenstore client serves the store of a real dom0', () => serveTheStore(lab, 'socket'));
