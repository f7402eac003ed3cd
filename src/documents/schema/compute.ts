import { z } from 'zod';
import { says } from '../wording.js';
import { closed, whenSound } from './shapes.js';
import { count } from './scalars.js';
import { size } from './quantities.js';

const MOST_CPUS = 1024;
const HIGHEST_HOST_CPU = 4095;
const MI = 1024 ** 2;
const TI = 1024 ** 4;

const cpuNumber = count(0, HIGHEST_HOST_CPU);
const CPU_SET = /^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/;
const cpuSetError = says('is not a set of host CPUs', "write numbers and ranges such as '0-3,8'");
const cpuSetText = z.string().max(1024).regex(CPU_SET, { error: cpuSetError });

const pinning = z
  .union([cpuNumber, cpuSetText, z.array(z.union([cpuNumber, cpuSetText], { error: cpuSetError })).max(MOST_CPUS)], { error: cpuSetError })
  .transform((written, context): number[] => {
    const cpus = new Set<number>();
    for (const part of [written].flat().flatMap((item) => String(item).split(','))) {
      const [first = 0, last = first] = part.split('-').map(Number);
      if (last < first || last > HIGHEST_HOST_CPU) {
        context.addIssue({
          code: 'custom',
          input: written,
          message: `"${part}" is not a range of host CPUs from 0 to ${HIGHEST_HOST_CPU}`,
        });
        return z.NEVER;
      }
      for (let cpu = first; cpu <= last; cpu += 1) cpus.add(cpu);
    }
    return [...cpus].sort((one, other) => one - other);
  });

const cpuCount = count(1, MOST_CPUS);

/** Virtual CPUs. A bare number is the count. */
export const cpu = z
  .union(
    [
      cpuCount,
      closed({
        count: cpuCount.default(1).describe('Virtual CPUs at start.'),
        max: cpuCount.optional().describe('Virtual CPUs that can be plugged in while running; the default is count.'),
        pinning: pinning
          .prefault([])
          .describe('Host CPUs that the domain may run on; empty means all.')
          .meta({ examples: ['0-3,8', [0, 1]] }),
      }).check(
        whenSound(({ count: atStart, max }) =>
          max !== undefined && max < atStart ? [{ path: ['max'], message: `${max} is less than count (${atStart})` }] : [],
        ),
      ),
    ],
    { error: says('is not a number of CPUs', 'write a number, or a map with count, max, pinning') },
  )
  .transform((written) => {
    if (typeof written === 'number') return { count: written, max: written, pinning: [] as number[] };
    return { ...written, max: written.max ?? written.count };
  });

const memorySize = size(MI, 64 * TI);

/** Guest memory in bytes. A bare size is the size. */
export const memory = z
  .union(
    [
      memorySize,
      closed({
        size: memorySize.describe('Memory of the guest; within max it changes as the guest runs.'),
        max: memorySize.optional().describe('Memory that the guest can be given while it runs; the default is size.'),
      }).check(
        whenSound(({ size: atStart, max }) =>
          max !== undefined && max < atStart ? [{ path: ['max'], message: `is less than size (${max} < ${atStart} bytes)` }] : [],
        ),
      ),
    ],
    {
      error: says(
        'is not a size',
        'write a number of bytes or a number with Ki, Mi, Gi, Ti, K, M, G, T, such as 64Mi, or a map with size, max',
      ),
    },
  )
  .transform((written) => {
    if (typeof written === 'number') return { size: written, max: written };
    return { size: written.size, max: written.max ?? written.size };
  });

/** `pinning` is sorted host CPU numbers, empty where the domain may run anywhere; `max` is at least `count`. */
export type CpuSpec = z.output<typeof cpu>;
/** Bytes; `max` is at least `size`. */
export type MemorySpec = z.output<typeof memory>;
