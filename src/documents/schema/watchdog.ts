import { z } from 'zod';
import { says } from '../wording.js';
import { closed } from './shapes.js';

const onExpiry = z.enum(['restart', 'reset', 'report']);

const full = closed({
  model: z.enum(['i6300esb', 'ib700']).default('i6300esb').describe('The watchdog that the guest sees: a PCI device, or an older one on the ISA bus.'),
  onExpiry: onExpiry
    .default('restart')
    .describe(
      'What a guest gets that does not feed it. restart: its run is ended, and the restart policy decides as after a crash. reset: it starts anew in the same anchor. report: a condition only.',
    ),
});

/** A watchdog that the guest starts and feeds. A bare word is what happens when it runs out. */
export const watchdog = z.union([onExpiry.transform((written) => full.parse({ onExpiry: written })), full], {
  error: says('is not a watchdog', 'write restart, reset or report, or a map with model, onExpiry'),
});

/** A watchdog device. */
export type WatchdogSpec = z.output<typeof full>;
