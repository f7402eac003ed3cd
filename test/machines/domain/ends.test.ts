import { describe, expect, it } from 'vitest';
import { causeOfExit, causeOfShutdown, outcomeOf, restartsAfter } from '../../../src/machines/domain/ends.js';
import { causes, policies } from '../support/arbitraries.js';

describe('causes', () => {
  it.each([
    ['guest', 'guest-panic', 'panic'],
    ['guest', 'guest-reset', 'guest-reset'],
    ['guest', 'guest-reboot', 'guest-reboot'],
    ['guest', 'guest-shutdown', 'guest-power-off'],
    ['host', 'host-signal', 'vmm-quit'],
  ] as const)('of a shutdown by %s for %s: %s', (by, reason, cause) => {
    expect(causeOfShutdown({ type: 'guest.shutdown', by, reason })).toBe(cause);
  });

  it.each([
    [{ code: null, signal: 'SIGKILL' }, 'vmm-signal', 'the anchor was ended by SIGKILL'],
    [{ code: 0, signal: null }, 'vmm-exit', 'the anchor exited with code 0'],
    [{ code: null, signal: null }, 'vmm-gone', 'the anchor is gone'],
    [{ code: null, signal: 'SIGKILL', oom: 'anchor' }, 'oom-kill', 'the kernel killed the anchor for want of memory'],
    [
      { code: null, signal: 'SIGKILL', oom: 'somebody' },
      'vmm-signal',
      'the anchor was ended by SIGKILL; the kernel killed a process for want of memory meanwhile, and does not say which',
    ],
  ] as const)('of an exit %o', (exit, cause, message) => {
    expect(causeOfExit(exit)).toEqual({ cause, message });
  });

  it('of each outcome, with what each policy makes of it', () => {
    const table = causes.map((cause) => [cause, outcomeOf(cause), ...policies.map((policy) => restartsAfter(cause, policy))] as const);
    const restarts = { desired: [true, true, true], completed: [true, false, false], failed: [true, true, false] };
    for (const [, outcome, ...decided] of table) expect(decided).toEqual(restarts[outcome]);
    expect(table.filter(([, outcome]) => outcome !== 'failed').map(([cause]) => cause)).toEqual(['desired-halt', 'removed', 'edited', 'guest-power-off', 'guest-reboot', 'launch-interrupted']);
  });
});
