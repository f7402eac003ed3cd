import { z } from 'zod';
import { closed, distinct, whenSound } from './shapes.js';
import { hostPath, line } from './scalars.js';

/** Linux takes at most 4096 bytes on x86 with the terminating NUL. */
const LONGEST_CMDLINE = 4095;

/** How the guest starts: a kernel given directly, or firmware that looks for a boot device. */
export const boot = closed({
  kernel: hostPath.optional().describe('Kernel image, or unikernel, that is started without firmware.'),
  initrd: hostPath.optional().describe('Initial RAM disk; needs kernel.'),
  cmdline: line(LONGEST_CMDLINE)
    .optional()
    .describe('Kernel command line; needs kernel.')
    .meta({ examples: ['console=ttyS0 root=/dev/vda'] }),
  firmware: z.enum(['bios', 'uefi']).optional().describe('Firmware; left out, the planner chooses what the machine needs.'),
  secureBoot: z.boolean().default(false).describe('Start only signed code; needs firmware: uefi.'),
  order: distinct(z.enum(['disk', 'cdrom', 'network']), 3)
    .default([])
    .describe('Kinds of device that firmware tries, first to last; empty means the order of the planner.'),
}).check(
  whenSound(({ kernel, initrd, cmdline, firmware, secureBoot, order }) => {
    if (kernel === undefined) {
      return [
        ...(initrd === undefined ? [] : [{ path: ['initrd'], message: 'needs kernel, which is missing' }]),
        ...(cmdline === undefined ? [] : [{ path: ['cmdline'], message: 'needs kernel, which is missing' }]),
        ...(secureBoot && firmware !== 'uefi' ? [{ path: ['secureBoot'], message: 'needs firmware: uefi' }] : []),
      ];
    }
    return [
      ...(firmware === undefined ? [] : [{ path: ['firmware'], message: 'cannot stand beside kernel, which starts without firmware' }]),
      ...(secureBoot ? [{ path: ['secureBoot'], message: 'cannot stand beside kernel, which starts without firmware' }] : []),
      ...(order.length === 0 ? [] : [{ path: ['order'], message: 'cannot stand beside kernel, which starts without firmware' }]),
    ];
  }),
);

/** Either `kernel` (with `initrd`, `cmdline`) or firmware settings, never both. */
export type BootSpec = z.output<typeof boot>;
/** A kind of device to boot from. */
export type BootDevice = BootSpec['order'][number];
