import { BehaviorSubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { outcomeOf, outcomeText } from '../../src/cli/up/outcome.js';
import { untilSettled } from '../../src/cli/up/settling.js';
import { painter } from '../../src/cli/text/paint.js';
import type { DomainStatus, StatusMessage, WindlassEvent } from '../../src/index.js';
import { condition, failed, moving, status } from './statuses.js';

const signal = new AbortController().signal;
const event = {} as WindlassEvent;
const snapshot = (...domains: DomainStatus[]): StatusMessage => ({ type: 'snapshot', sequence: 0, domains });
const told = (one: DomainStatus): StatusMessage => ({ type: 'event', event, status: one });

function engineWith(...domains: DomainStatus[]): { readonly status$: BehaviorSubject<StatusMessage> } {
  return { status$: new BehaviorSubject(snapshot(...domains)) };
}

/** What no amount of waiting mends: a host without a hypervisor. */
const unplaceable = moving('web', {
  phase: 'backoff',
  conditions: [condition('AsDesired', 'False', 'Backoff'), condition('Degraded', 'True', 'PLAN_NO_HYPERVISOR', 'qemu is not installed; install it')],
  problem: { reason: 'PLAN_NO_HYPERVISOR', message: 'qemu is not installed; install it', retryable: true },
});

describe('waiting for domains', () => {
  it('ends at once when all are as desired', async () => {
    await expect(untilSettled(engineWith(status('a')), { names: ['a'], timeout: 1_000, signal })).resolves.toBe(true);
  });

  it('ends when the last comes to be so, and counts one that falls back', async () => {
    const engine = engineWith(moving('a'), moving('b'));
    const settled = untilSettled(engine, { names: ['a', 'b'], timeout: 1_000, signal });
    engine.status$.next(told(status('a')));
    engine.status$.next(told(moving('a')));
    engine.status$.next(told(status('b')));
    engine.status$.next(told(status('a')));
    await expect(settled).resolves.toBe(true);
  });

  it('does not wait for what cannot mend itself, but for the others', async () => {
    const engine = engineWith(failed('a'), unplaceable, moving('c'));
    const settled = untilSettled(engine, { names: ['a', 'web', 'c'], timeout: 1_000, signal });
    engine.status$.next(told(status('c')));
    await expect(settled).resolves.toBe(true);
  });

  it('ends with the time', async () => {
    await expect(untilSettled(engineWith(moving('a')), { names: ['a'], timeout: 20, signal })).resolves.toBe(false);
  });

  it('ends with the signal, and lets go of the stream', async () => {
    const engine = engineWith(moving('a'));
    await expect(untilSettled(engine, { names: ['a'], timeout: 1_000, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    expect(engine.status$.observed).toBe(false);
  });

  it('has nothing to wait for without documents', async () => {
    await expect(untilSettled(engineWith(), { names: [], timeout: 1_000, signal })).resolves.toBe(true);
  });
});

describe('the outcome', () => {
  const facts = { stateDirectory: '/state', milliseconds: 1_250, timedOut: false, orphans: [] };

  it('is ok when every domain is as desired', () => {
    const outcome = outcomeOf({ ...facts, domains: [status('a'), status('b')] });
    expect(outcome).toMatchObject({ ok: true, reasons: [] });
    expect(outcomeText(outcome, painter(false))).toBe('2 domains are as desired after 1.3s\n');
  });

  it('names phase, problem and code of each that is not', () => {
    const outcome = outcomeOf({ ...facts, timedOut: true, domains: [status('a'), failed('b'), unplaceable] });
    expect(outcome.ok).toBe(false);
    expect(outcomeText(outcome, painter(false))).toBe(
      [
        'b (failed): could not open the disk [LAUNCH_FAILED]',
        'web (backoff): qemu is not installed; install it [PLAN_NO_HYPERVISOR]',
        '2 of 3 domains not as desired within 1.3s; a longer --timeout may do, or windlass describe NAME tells more',
        '',
      ].join('\n'),
    );
  });
});
