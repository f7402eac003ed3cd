import type { Product } from './product.js';

type Spec = Parameters<Product['write']>[0][string];

/** A Linux with the drivers of a whole distribution, as a pv guest; it has a shell on its console. */
export const wholeLinux = (more: Spec): Spec => ({ memory: '224Mi', boot: { kernel: '/guest/full.elf', initrd: '/guest/full.ird', cmdline: 'console=hvc0 quiet' }, xen: { type: 'pv' }, ...more });
