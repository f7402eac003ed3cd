import type { DomainStatus } from '../../src/status/status.js';

/** A status as an engine tells it of a domain that runs. */
export function runningStatus(name: string, stateDirectory: string, changes: Partial<DomainStatus> = {}): DomainStatus {
  const since = '2026-01-01T00:00:00.000Z';
  return {
    name,
    phase: 'running',
    state: 'anchored.running.healthy',
    conditions: [
      { type: 'AsDesired', status: 'True', reason: 'AsDesired', message: 'as generation 1 asks', since },
      { type: 'Ready', status: 'True', reason: 'ProbeHeld', message: 'the guest runs', since },
      { type: 'AnchorPresent', status: 'True', reason: 'ProcessAlive', message: 'pid 1', since },
      { type: 'Degraded', status: 'False', reason: 'Well', message: '', since },
    ],
    desired: { power: 'running', removed: false },
    generation: 1,
    observedGeneration: 1,
    incarnation: 1,
    failures: 0,
    resets: 0,
    anchor: null,
    runState: 'running',
    rung: null,
    problem: null,
    lastEnd: null,
    placement: null,
    stateDirectory,
    updatedAt: since,
    ...changes,
  };
}

/** `Ready=False/AnchorAbsent` and so on. */
export function conditionsIn(status: DomainStatus | undefined): string[] {
  return (status?.conditions ?? []).map(({ reason, status: holds, type }) => `${type}=${holds}/${reason}`).sort();
}
