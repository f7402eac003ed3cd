import type { Condition, DomainStatus } from '../../src/index.js';

const since = '2026-01-01T00:00:00.000Z';

export function condition(type: Condition['type'], status: Condition['status'], reason: string, message = ''): Condition {
  return { type, status, reason, message, since };
}

/** A domain that runs as desired, and then what the test says. */
export function status(name: string, more: Partial<DomainStatus> = {}): DomainStatus {
  return {
    name,
    phase: 'running',
    state: 'anchored.running.healthy',
    conditions: [condition('AsDesired', 'True', 'AsDesired'), condition('Ready', 'True', 'ProbeHeld'), condition('Degraded', 'False', 'Well')],
    desired: { power: 'running', removed: false },
    generation: 1,
    observedGeneration: 1,
    incarnation: 1,
    failures: 0,
    resets: 0,
    anchor: { pid: 4242, startTime: '1', bootId: 'boot', executable: '/usr/bin/qemu-system-x86_64' },
    runState: 'running',
    rung: null,
    problem: null,
    lastEnd: null,
    placement: { hypervisor: 'qemu', why: 'it is there', accelerator: 'tcg', memoryBytes: 64 * 2 ** 20, cpus: 1, deviceModel: { machine: 'q35', devices: [] } },
    stateDirectory: `/state/qemu/${name}`,
    updatedAt: since,
    ...more,
  };
}

/** One that is on its way. */
export function moving(name: string, more: Partial<DomainStatus> = {}): DomainStatus {
  return status(name, { phase: 'booting', state: 'anchored.booting.probing', conditions: [condition('AsDesired', 'False', 'Booting', 'wanted running, is booting')], ...more });
}

/** One that has failed for good. */
export function failed(name: string): DomainStatus {
  return status(name, {
    phase: 'failed',
    state: 'failed',
    anchor: null,
    conditions: [condition('AsDesired', 'False', 'LaunchFailed', 'could not open the disk'), condition('Degraded', 'True', 'LAUNCH_FAILED', 'could not open the disk')],
    problem: { reason: 'LAUNCH_FAILED', message: 'could not open the disk', retryable: false },
  });
}
