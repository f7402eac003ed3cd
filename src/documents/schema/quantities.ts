import { z } from 'zod';
import { DURATION_PATTERN, formatDuration, formatSize, parseDuration, parseSize, SIZE_PATTERN } from '../units.js';
import { says } from '../wording.js';

const SIZE_REMEDY = 'write a number of bytes or a number with Ki, Mi, Gi, Ti, K, M, G, T, such as 64Mi';
const DURATION_REMEDY = 'write a number with ms, s, m, h or d, such as 10s';

/** A number of bytes, or text such as `64Mi`; the output is bytes. */
export function size(least: number, most: number): z.ZodType<number, number | string> {
  const error = says('is not a size', SIZE_REMEDY);
  return z
    .union([z.int().min(0, { error }), z.string().regex(SIZE_PATTERN, { error })], { error })
    .meta({ examples: ['64Mi', '2G', 67_108_864] })
    .transform((written, context) => {
      const bytes = typeof written === 'number' ? written : parseSize(written);
      if (bytes === undefined) return refuse(context, written, `is not a whole number of bytes that can be counted exactly`);
      if (bytes < least) return refuse(context, written, `is less than ${formatSize(least)}`);
      if (bytes > most) return refuse(context, written, `is more than ${formatSize(most)}`);
      return bytes;
    });
}

/** Text such as `10s`; the output is milliseconds. A bare number is refused, because nobody can see its unit. */
export function duration(least: number, most: number): z.ZodType<number, string> {
  const error = says('is not a duration', DURATION_REMEDY);
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error })
    .meta({ examples: ['500ms', '10s', '2m'] })
    .transform((written, context) => {
      const milliseconds = parseDuration(written);
      if (milliseconds === undefined) return refuse(context, written, 'is not a whole number of milliseconds');
      if (milliseconds < least) return refuse(context, written, `is shorter than ${formatDuration(least)}`);
      if (milliseconds > most) return refuse(context, written, `is longer than ${formatDuration(most)}`);
      return milliseconds;
    });
}

function refuse(context: z.core.$RefinementCtx, input: unknown, predicate: string): never {
  context.addIssue({ code: 'custom', input, message: says(predicate)({ input }) });
  return z.NEVER;
}
