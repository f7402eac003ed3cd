import { z } from 'zod';
import { says } from '../wording.js';
import { closed } from './shapes.js';
import { count } from './scalars.js';
import { size } from './quantities.js';

const MI = 1024 ** 2;
const TI = 1024 ** 4;

/** Extra memory of the anchor process beyond that of the guest. */
export const memoryOverhead = size(0, TI);

const cpuTimeError = says('is not a number of CPUs from 0.01 to 1024');

/** What the anchor process and its threads may use on the host. */
export const limits = closed({
  cpu: z
    .number({ error: cpuTimeError })
    .min(0.01, { error: cpuTimeError })
    .max(1024, { error: cpuTimeError })
    .optional()
    .describe('Host CPU time, in CPUs; 1.5 is one and a half.'),
  memory: size(MI, 64 * TI)
    .optional()
    .describe('Host memory; left out, memory of the guest plus overhead.'),
  pids: count(1, 4_194_304).optional().describe('Processes and threads.'),
});

const userError = says('is not a user of the host', 'write a user name or number');

/** Unprivileged user of the host that the anchor runs as. */
export const user = z.union([z.int().min(0).max(4_294_967_294), z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: userError })], {
  error: userError,
});

/** Bytes, CPUs and processes; what is left out is not limited by the document. */
export type ResourceLimits = z.output<typeof limits>;
/** A user name or number. */
export type HostUser = z.output<typeof user>;
