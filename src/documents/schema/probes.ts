import { z } from 'zod';
import { says } from '../wording.js';
import { closed, exactlyOne } from './shapes.js';
import { count, ipAddress, line, port } from './scalars.js';
import { duration } from './quantities.js';

const DAY = 86_400_000;

const pattern = line(512)
  .refine(isRegularExpression, { error: says('is not a regular expression') })
  .describe('JavaScript regular expression, looked for in what the guest writes on its console.')
  .meta({ examples: ['login:'] });

const guestAgent = z.literal(true).describe('The guest agent answers.');
const tcp = closed({
  address: ipAddress.default('127.0.0.1').describe('Address to connect to.'),
  port: port.describe('Port to connect to.'),
}).describe('A TCP connection is accepted.');
const vsock = closed({ port: count(1, 4_294_967_294).describe('Port in the guest.') }).describe('A vsock connection is accepted.');

const ready = exactlyOne({
  runState: z.literal(true).describe('The hypervisor says that the guest runs.'),
  console: closed({ pattern }).describe('The console shows a pattern.'),
  tcp,
  vsock,
  guestAgent,
});

const live = closed({
  check: exactlyOne({ tcp, vsock, guestAgent }).describe('What is asked of the guest.'),
  interval: duration(100, DAY).prefault('10s').describe('Time from one check to the next; nothing tells us, so it is polled.'),
  timeout: duration(1, DAY).prefault('1s').describe('A check that takes longer has failed.'),
  failures: count(1, 1000).default(3).describe('Failed checks in a row after which the guest counts as hung, and the domain as degraded.'),
  onFailure: z
    .enum(['report', 'restart'])
    .default('report')
    .describe('What a hung guest gets. report: the condition only. restart: its run is ended, and the restart policy decides as after a crash.'),
});

/** How to see that a guest is ready, and that it still lives. */
export const probes = closed({
  ready: ready.prefault({ runState: true }).describe('The domain leaves booting for running when this holds.'),
  live: live.optional().describe('Checked again and again while the domain runs.'),
});

/** Readiness and liveness. */
export type ProbesSpec = z.output<typeof probes>;
/** One of `{runState}`, `{console}`, `{tcp}`, `{vsock}`, `{guestAgent}`. */
export type ReadinessProbe = z.output<typeof ready>;
/** A repeated check; durations are milliseconds. */
export type LivenessProbe = z.output<typeof live>;

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(source, 'u').source !== '';
  } catch {
    return false;
  }
}
