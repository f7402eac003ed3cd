/** Documents as the machine sees them, with short deadlines that differ from each other. */
import type { AnchorFacts, DesiredDomain } from '../../../src/machines/domain/context.js';
import type { Finding } from '../../../src/machines/domain/finding.js';
import type { DomainEnd } from '../../../src/machines/domain/ends.js';

export const deadlines = { prepare: 2_000, launch: 3_000, connect: 4_000, boot: 5_000, ready: 6_000, suspend: 9_000, ask: 8_000, press: 7_000, quit: 1_500, terminate: 1_600, kill: 1_700 };

/** A document that wants a running guest; what a scenario is about is overridden. */
export function wanted(overrides: Partial<DesiredDomain> = {}): DesiredDomain {
  return {
    power: 'running',
    removed: false,
    generation: 1,
    anchorKey: 'key-a',
    onChange: 'restart',
    memory: 64 * 2 ** 20,
    restart: { policy: 'OnFailure', backoff: { initial: 1_000, max: 30_000, factor: 2 }, stableAfter: 60_000 },
    whenUnresponsive: 'report',
    deadlines,
    ...overrides,
  };
}

export function withPolicy(policy: DesiredDomain['restart']['policy']): DesiredDomain {
  return wanted({ restart: { ...wanted().restart, policy } });
}

export const someAnchor: AnchorFacts = { pid: 4711, startTime: '123456', bootId: 'boot-1', executable: '/usr/bin/qemu-system-x86_64' };

export const nothingThere: Extract<Finding, { presence: 'absent' }> = { presence: 'absent', why: 'no record', incarnation: 0, failures: 0, end: null, unreaped: null };

/** The anchor of a former engine's run ended, and nobody removed what it left. */
export function leftBehind(overrides: Partial<Extract<Finding, { presence: 'absent' }>> = {}): Finding {
  return { ...nothingThere, why: 'no such process', incarnation: 3, unreaped: { anchorKey: 'key-a', generation: 1, lived: true, ending: null }, ...overrides };
}

export function livingAnchor(overrides: Partial<Extract<Finding, { presence: 'present' }>> = {}): Finding {
  return {
    presence: 'present',
    anchor: someAnchor,
    anchorKey: 'key-a',
    generation: 1,
    incarnation: 3,
    failures: 0,
    ladder: ['press', 'quit', 'terminate', 'kill'],
    ending: null,
    ...overrides,
  };
}

export function endOf(overrides: Partial<DomainEnd> = {}): DomainEnd {
  return { cause: 'vmm-signal', message: 'ended', generation: 1, incarnation: 1, exit: null, rung: null, evidence: null, later: [], ...overrides };
}
