import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { bundleProduct } from '../product/bundle.js';
import { type Product, productIn, type ProductSpec } from '../product/product.js';
import { toStderr } from '../progress.js';
import type { Inside, LabOnMachine } from '../machine/lab.js';
import { startPassthroughLab } from './lab.js';
import { preparedLab } from './prepare.js';

/** Deadlines that an emulated machine can keep, and a guest that comes back at once. */
const usual = {
  hypervisor: 'qemu',
  acceleration: 'none',
  memory: '32Mi',
  disks: [{ image: '/project/probe.img', format: 'raw', readOnly: true }],
  restart: { policy: 'OnFailure', backoff: { initial: '100ms', max: '500ms' } },
  deadlines: { prepare: '60s', launch: '60s', connect: '120s', boot: '60s', press: '10s', quit: '60s', kill: '60s', silence: '30s' },
} satisfies ProductSpec;

/** A lab for the tests of one file, with the product in it: it is there from before the first of them to after the last. `programs`: what else runs inside. */
export function productLab(programs: Readonly<Record<string, string>> = {}): { readonly lab: Inside & Pick<LabOnMachine, 'hardware'>; readonly windlass: Product } {
  let machine: LabOnMachine | undefined;
  let share = '';
  beforeAll(async () => {
    share = mkdtempSync(join(tmpdir(), 'windlass-share-'));
    await bundleProduct(share, programs);
    copyFileSync((await preparedLab(toStderr)).guestDisk, join(share, 'probe.img'));
    machine = await startPassthroughLab({ share });
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(share, { recursive: true, force: true });
  });
  const running = (): LabOnMachine => {
    if (machine === undefined) throw new Error('the lab is there for tests only');
    return machine;
  };
  const lab: Inside & Pick<LabOnMachine, 'hardware'> = {
    exec: (...asked) => running().exec(...asked),
    put: (...asked) => running().put(...asked),
    get hardware() {
      return running().hardware;
    },
  };
  return { lab, windlass: productIn(lab, { usual, domains: () => domainsIn(lab) }) };
}

/** Names of the guests whose QEMU lives, as the process table has them. */
async function domainsIn(lab: Inside): Promise<readonly string[]> {
  const { stdout } = await lab.exec(['pgrep', '-a', 'qemu-system']);
  return [...stdout.matchAll(/-name guest=([^,]+),/g)].map(([, name]) => name ?? '');
}
