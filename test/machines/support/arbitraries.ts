/** Generated facts: whatever a document, a record and a host could make a domain machine believe, also what should never be. */
import fc from 'fast-check';
import type { DesiredDomain, DomainContext } from '../../../src/machines/domain/context.js';
import type { DomainEnd, EndCause } from '../../../src/machines/domain/ends.js';
import type { DomainEvent } from '../../../src/machines/domain/events.js';
import type { Observation, RunState } from '../../../src/machines/observations.js';
import { rungs } from '../../../src/machines/observations.js';
import { someAnchor } from './documents.js';

export const causes = [
  'desired-halt', 'removed', 'edited', 'guest-power-off', 'guest-reset', 'guest-reboot', 'panic', 'watchdog', 'unresponsive', 'internal-error', 'vmm-quit', 'vmm-exit', 'vmm-signal', 'oom-kill',
  'vmm-gone', 'plan-failed', 'prepare-failed', 'launch-failed', 'launch-deadline', 'launch-interrupted', 'connect-failed', 'connect-deadline', 'boot-failed', 'boot-deadline',
  'ready-failed', 'ready-deadline',
] as const satisfies readonly EndCause[];

export const runStates = [
  'prelaunch', 'running', 'paused', 'shutdown', 'suspended', 'io-error', 'internal-error', 'guest-panicked', 'watchdog', 'transitional',
] as const satisfies readonly RunState[];

export const policies = ['Always', 'OnFailure', 'Never'] as const;

const number = fc.oneof(fc.integer({ min: 0, max: 1e9 }), fc.double());
const small = fc.integer({ min: 0, max: 3 });
const key = fc.constantFrom('key-a', 'key-b');
const deadline = { prepare: number, launch: number, connect: number, boot: number, ready: number, suspend: number, ask: number, press: number, quit: number, terminate: number, kill: number };

export const anyDesired: fc.Arbitrary<DesiredDomain> = fc.record({
  power: fc.constantFrom('running', 'suspended', 'paused', 'halted'),
  removed: fc.boolean(),
  generation: small,
  anchorKey: key,
  onChange: fc.constantFrom('restart', 'defer'),
  memory: small,
  restart: fc.record({ policy: fc.constantFrom(...policies), backoff: fc.record({ initial: number, max: number, factor: number }), stableAfter: number }),
  whenUnresponsive: fc.constantFrom('report', 'restart'),
  deadlines: fc.record(deadline),
});

const exit = fc.record({ code: fc.option(fc.integer()), signal: fc.option(fc.string()) });

export const anyEnd: fc.Arbitrary<DomainEnd> = fc.record({
  cause: fc.constantFrom(...causes),
  message: fc.string(),
  generation: small,
  incarnation: small,
  exit: fc.option(exit),
  rung: fc.option(fc.constantFrom(...rungs)),
  evidence: fc.option(fc.string()),
  later: fc.array(fc.string(), { maxLength: 10 }),
});

const anyProblem = fc.record({ reason: fc.string(), message: fc.string(), retryable: fc.boolean() });

export const anyContext: fc.Arbitrary<DomainContext> = fc.record({
  name: fc.string(),
  desired: anyDesired,
  anchor: fc.option(fc.constant(someAnchor)),
  built: fc.option(fc.record({ anchorKey: key, generation: small })),
  runState: fc.option(fc.constantFrom(...runStates)),
  seenSinceAsked: fc.boolean(),
  memory: fc.option(small),
  memorySeen: fc.boolean(),
  memoryChange: fc.option(fc.record({ memory: small, needs: small, counted: small })),
  reckoned: fc.boolean(),
  incarnation: fc.nat(),
  failures: fc.nat(),
  resets: fc.nat(),
  ladder: fc.subarray([...rungs]),
  wakings: fc.nat({ max: 3 }),
  rung: fc.option(fc.constantFrom(...rungs)),
  end: fc.option(anyEnd),
  ending: fc.boolean(),
  lastEnd: fc.option(anyEnd),
  exit: fc.option(exit),
  channel: fc.constantFrom('none', 'open', 'silent', 'lost'),
  unresponsive: fc.option(fc.string()),
  problem: fc.option(anyProblem),
});

const by = fc.constantFrom('guest', 'host');
const reason = fc.constantFrom('guest-shutdown', 'guest-reset', 'guest-reboot', 'guest-panic', 'host-signal', 'host-qmp-quit', '');

export const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ type: fc.constant('guest.state'), state: fc.constantFrom(...runStates) }),
  fc.record({ type: fc.constant('guest.memory'), bytes: small }),
  fc.record({ type: fc.constant('guest.shutdown'), by, reason }),
  fc.record({ type: fc.constant('guest.reset'), by, reason }),
  fc.record({ type: fc.constant('guest.button') }),
  fc.record({ type: fc.constant('guest.panicked'), info: fc.string() }),
  fc.record({ type: fc.constant('guest.watchdog'), action: fc.constantFrom('none', 'debug', 'reset', 'inject-nmi', 'pause', 'shutdown', 'poweroff') }),
  fc.record({ type: fc.constant('guest.io-error'), device: fc.string(), reason: fc.string() }),
  fc.record({ type: fc.constant('guest.unresponsive'), reason: fc.string() }),
  fc.record({ type: fc.constant('guest.responsive') }),
  fc.record({ type: fc.constant('channel.silent'), forMilliseconds: fc.nat() }),
  fc.record({ type: fc.constant('channel.answering') }),
  fc.record({ type: fc.constant('channel.lost'), reason: fc.string() }),
  fc.record({ type: fc.constant('anchor.exited'), exit }),
);

export const anyEvent: fc.Arbitrary<DomainEvent> = fc.oneof(
  fc.record({ type: fc.constant('desired.changed'), desired: anyDesired }),
  fc.record({ type: fc.constant('retry') }),
  fc.record({ type: fc.constant('effect.waiting'), problem: anyProblem }),
  fc.tuple(anyObservation, small).map(([observation, incarnation]) => ({ ...observation, incarnation })),
);
