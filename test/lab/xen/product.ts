/** Windlass in dom0, as its users have it. */
import { type Product, productIn, type ProductSpec } from '../product/product.js';
import type { Dom0 } from './lab.js';

export { stateDirectory, type Product } from '../product/product.js';
export type { Running } from '../product/running.js';

/** Deadlines that an emulated machine can keep, and a guest that comes back at once. */
const usual = {
  hypervisor: 'xen',
  memory: '16Mi',
  restart: { policy: 'OnFailure', backoff: { initial: '100ms', max: '500ms' } },
  deadlines: { prepare: '120s', launch: '60s', connect: '120s', boot: '60s', press: '30s', quit: '90s', kill: '90s', silence: '30s' },
} satisfies ProductSpec;

/** The guest of a few pages: prints, obeys, and ends as it is told. `words`: see guest/tinypv/main.c. */
export const tiny = (words = 'beat=500', more: ProductSpec = {}): ProductSpec => ({ boot: { kernel: '/guest/tinypv', cmdline: words }, xen: { type: 'pv' }, ...more });

/** Windlass in this lab. */
export const xenProductIn = (lab: Dom0): Product => productIn(lab, { usual, domains: domainsOf });

/** Names of all domains but dom0, as Xen's own toolstack tells them. */
async function domainsOf(lab: Pick<Dom0, 'exec'>): Promise<readonly string[]> {
  const { code, stderr, stdout } = await lab.exec(['xl', 'list']);
  if (code !== 0) throw new Error(`xl list: ${stderr}`);
  return stdout.split('\n').slice(1).flatMap((line) => /^(\S+) +[1-9]/.exec(line)?.[1] ?? []);
}
