import { z } from 'zod';
import { says } from '../wording.js';
import { closed, whenSound } from './shapes.js';
import { duration } from './quantities.js';

const DAY = 86_400_000;
const policy = z.enum(['Always', 'OnFailure', 'Never']);

const backoff = closed({
  initial: duration(1, DAY).prefault('1s').describe('Wait before the first restart.'),
  max: duration(1, DAY).prefault('5m').describe('Longest wait.'),
  factor: z
    .number({ error: says('is not a number from 1 to 10') })
    .min(1)
    .max(10)
    .default(2)
    .describe('Each wait is this many times the one before.'),
}).check(
  whenSound(({ initial, max }) => (max < initial ? [{ path: ['max'], message: `${max} ms is shorter than initial (${initial} ms)` }] : [])),
);

const full = closed({
  policy: policy.default('OnFailure').describe('Always: also after a power-off from inside. OnFailure: after a crash. Never: not at all.'),
  backoff: backoff.prefault({}).describe('How long to wait before each restart.'),
  stableAfter: duration(0, DAY).prefault('30s').describe('After running this long the waits begin anew at initial.'),
});

/** When to start a domain again that ended. A bare word is the policy. */
export const restart = z.union([policy.transform((written) => full.parse({ policy: written })), full], {
  error: says('is not a restart policy', 'write Always, OnFailure or Never, or a map with policy, backoff, stableAfter'),
});

/** Durations are milliseconds. */
export type RestartSpec = z.output<typeof full>;
/** When to restart. */
export type RestartPolicy = RestartSpec['policy'];
