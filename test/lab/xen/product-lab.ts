import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { bundleProduct } from '../product/bundle.js';
import type { Lab } from '../machine/lab.js';
import { type Dom0, startXenLab } from './lab.js';
import type { MachineVariant } from './prepare.js';
import { type Product, xenProductIn } from './product.js';

/** Where the file's machine is none that the set-up of the run has made: packages, a boot, and others who build. Milliseconds. */
const longestBuild = 15 * 60_000;
/** What else runs in dom0. */
const programs = {
  'dist/first-screen': 'test/lab/xen/programs/first-screen.ts',
  'dist/knock': 'test/lab/xen/programs/knock.ts',
  'dist/released': 'test/lab/xen/programs/released.ts',
  'dist/store': 'test/lab/xen/programs/store.ts',
  'dist/viewer': 'test/lab/xen/programs/viewer.ts',
};

export interface ProductLabOptions {
  /** Puts more onto the lab's share, which is /project in dom0. */
  readonly prepare?: (share: string) => void | Promise<void>;
  /** Makes, or finds, what the machine has that the usual one has not. */
  readonly variant?: () => MachineVariant | Promise<MachineVariant>;
}

/** A lab for the tests of one file, with the product in it: it is there from before the first of them to after the last. */
export function productLab({ prepare, variant }: ProductLabOptions = {}): { readonly lab: Dom0; readonly windlass: Product } {
  let machine: Lab | undefined;
  let share = '';
  beforeAll(async () => {
    share = mkdtempSync(join(tmpdir(), 'windlass-share-'));
    await bundleProduct(share, programs);
    await prepare?.(share);
    machine = await startXenLab({ share, variant: await variant?.() });
  }, longestBuild);
  afterAll(async () => {
    await machine?.stop();
    rmSync(share, { recursive: true, force: true });
  });
  const running = (): Lab => {
    if (machine === undefined) throw new Error('the lab is there for tests only');
    return machine;
  };
  const lab: Dom0 = { exec: (...asked) => running().exec(...asked), put: (...asked) => running().put(...asked) };
  return { lab, windlass: xenProductIn(lab) };
}
