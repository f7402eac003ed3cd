import { describe, expect, it } from 'vitest';
import { initialContext } from '../../../src/machines/domain/context.js';
import type { DomainContext } from '../../../src/machines/domain/context.js';
import { causeOfExit, causeOfShutdown, outcomeOf, restartsAfter } from '../../../src/machines/domain/ends.js';
import * as facts from '../../../src/machines/domain/facts.js';
import type { Observation } from '../../../src/machines/observations.js';
import { causes, policies } from '../support/arbitraries.js';
import { endOf, leftBehind, livingAnchor, nothingThere, someAnchor, wanted } from '../support/documents.js';

const known = (over: Partial<DomainContext> = {}): DomainContext => ({
  ...initialContext({ name: 'hello', desired: wanted() }),
  incarnation: 1,
  channel: 'open',
  built: { anchorKey: 'key-a', generation: 1 },
  ...over,
});
const sees = (observation: Observation, over: Partial<DomainContext> = {}) => facts.observed(known(over), { ...observation, incarnation: 1 });

describe('a thrown thing, as a problem', () => {
  it.each([
    [new Error('broken'), { reason: 'UNEXPECTED', message: 'broken', retryable: false }],
    [{ code: 'X', message: 'm', cure: 'c', retryable: true }, { reason: 'X', message: 'm; c', retryable: true }],
    [{ code: 7, message: 8, cure: 9, retryable: 'yes' }, { reason: 'UNEXPECTED', message: '8', retryable: false }],
    ['words', { reason: 'UNEXPECTED', message: 'words', retryable: false }],
    [null, { reason: 'UNEXPECTED', message: 'null', retryable: false }],
    [undefined, { reason: 'UNEXPECTED', message: 'undefined', retryable: false }],
  ])('%o', (thrown, problem) => {
    expect(facts.problemOf(thrown)).toEqual(problem);
  });
});

describe('what an observation changes', () => {
  it.each<[Observation, object]>([
    [{ type: 'guest.state', state: 'paused' }, { runState: 'paused', seenSinceAsked: true }],
    [{ type: 'guest.reset', by: 'guest', reason: '' }, { resets: 1 }],
    [{ type: 'guest.button' }, {}],
    [{ type: 'guest.io-error', device: 'vda', reason: 'full' }, { problem: { reason: 'IO_ERROR', message: 'vda: full', retryable: true } }],
    [{ type: 'channel.silent', forMilliseconds: 9 }, { channel: 'silent', problem: { reason: 'CHANNEL_SILENT', message: 'no answer for 9 ms', retryable: true } }],
    [{ type: 'channel.answering' }, {}],
    [{ type: 'channel.lost', reason: 'eof' }, { channel: 'lost', problem: { reason: 'CHANNEL_LOST', message: 'eof', retryable: true } }],
  ])('%o', (observation, changes) => {
    expect(sees(observation)).toEqual(changes);
  });

  it('is that a lost channel stays lost while it is silent', () => {
    expect(sees({ type: 'channel.silent', forMilliseconds: 9 }, { channel: 'lost' })).toMatchObject({ channel: 'lost' });
  });

  it('is that the anchor is gone, with its channel and how', () => {
    const exit = { code: 2, signal: null };
    expect(sees({ type: 'anchor.exited', exit }, { rung: 'quit' })).toMatchObject({ exit, channel: 'none', end: { cause: 'vmm-exit', exit, rung: 'quit' } });
    expect(sees({ type: 'anchor.exited', exit: { code: null, signal: null } }, { exit })).toEqual({});
  });

  it.each([
    ['guest', 'the guest powered itself off (why)', 'guest-power-off'],
    ['host', 'the hypervisor was told to shut it down (why)', 'vmm-quit'],
  ] as const)('is the end of the run, by the %s', (by, message, cause) => {
    const changes = sees({ type: 'guest.shutdown', by, reason: 'why' });
    expect(changes).toMatchObject({ runState: 'shutdown', seenSinceAsked: true, end: { cause, message } });
  });

  it.each([
    ['', 'the guest panicked'],
    ['oops', 'the guest panicked: oops'],
  ])('is a panic, with what it says: %j', (info, message) => {
    expect(sees({ type: 'guest.panicked', info }).end).toMatchObject({ cause: 'panic', message });
  });

  it.each([
    ['panic', false, null],
    ['watchdog', false, null],
    ['vmm-quit', false, undefined],
    ['panic', true, undefined],
    ['watchdog', true, undefined],
  ] as const)('is that a reset outlives %s, unless the run is being ended (%s)', (cause, ending, end) => {
    expect(sees({ type: 'guest.reset', by: 'guest', reason: '' }, { end: endOf({ cause }), ending }).end).toBe(end);
  });
});

describe('why a domain is halted', () => {
  it.each([
    [{ desired: wanted({ removed: true, power: 'halted' }) }, 'removed', 'no document names the domain any more'],
    [{ desired: wanted({ power: 'halted' }) }, 'desired-halt', 'the document asks for power: halted'],
    [{ desired: wanted({ generation: 3 }) }, 'edited', 'generation 3 needs another anchor than generation 1'],
    [{ desired: wanted({ generation: 3 }), built: null }, 'edited', 'generation 3 needs another anchor than generation 0'],
  ] as const)('%o', (over, cause, message) => {
    expect(facts.beginEnd(known(over)).end).toMatchObject({ cause, message });
    expect(facts.beginEnd(known({ ...over, end: endOf() }))).toEqual({ ending: true });
  });
});

describe('facts that an effect or a document brings', () => {
  it('believes what is seen of the memory before what a change of it answers', () => {
    const before = known({ memory: 1, memorySeen: false, memoryChange: { memory: 2, needs: 2, counted: 1 } });
    expect(facts.resized(before)).toEqual({ memory: 2 });
    const seen = facts.observed(before, { type: 'guest.memory', bytes: 3, incarnation: before.incarnation });
    expect(facts.resized({ ...before, ...seen })).toEqual({ memory: 3 });
  });

  it('keeps failures for the same device model', () => {
    expect(facts.desire(known({ failures: 3 }), wanted({ generation: 2 }))).toMatchObject({ failures: 3, built: { anchorKey: 'key-a', generation: 2 } });
  });

  it('believes each finding only for what it is', () => {
    expect(facts.adopt(known(), nothingThere)).toEqual({});
    expect(facts.rememberLastRun(known(), livingAnchor())).toEqual({});
    expect(facts.foundEnded(known(), nothingThere)).toEqual({});
    expect(facts.foundEnded(known(), livingAnchor())).toEqual({});
    expect(facts.foundEnded(known(), leftBehind())).toMatchObject({ end: { cause: 'vmm-gone' }, incarnation: 3 });
  });

  it('says that presence is unknown, which time may mend', () => {
    expect(facts.unseen('hidden')).toEqual({ reason: 'PRESENCE_UNKNOWN', message: 'hidden', retryable: true });
  });

  it('knows the anchor that was launched, and forgets it with its run', () => {
    expect(facts.anchorLaunched(known(), someAnchor)).toEqual({ anchor: someAnchor });
    expect(facts.beginIncarnation(known({ anchor: someAnchor }))).toMatchObject({ anchor: null, channel: 'none', incarnation: 2 });
  });

  it('shows what could not be given back, unless it hides why', () => {
    const problem = { reason: 'FIRST', message: 'first', retryable: false };
    expect(facts.noteReleaseProblem(known({ problem }), { error: new Error('second') }).problem?.message).toBe('second');
    expect(facts.noteReleaseProblem(known({ problem, end: endOf() }), { error: new Error('second') }).problem).toBe(problem);
  });

  it('keeps no problem of a preparation that was given up by choice', () => {
    const problem = { reason: 'WAITS', message: 'ended', retryable: true };
    expect(facts.concludeRun(known({ problem })).problem).toBeNull();
    expect(facts.concludeRun(known({ problem, end: endOf() })).problem).toBe(problem);
  });

  it('writes evidence and last words under the end, once', () => {
    const kept = { evidence: '/e', lastWords: 'why' };
    expect(facts.keepEvidence(known(), kept)).toEqual({});
    expect(facts.keepEvidence(known({ end: endOf() }), kept).end).toMatchObject({ evidence: '/e', message: 'ended: why' });
    expect(facts.keepEvidence(known({ end: endOf() }), { ...kept, lastWords: '' }).end?.message).toBe('ended');
    expect(facts.endedByRung(known())).toEqual({});
    expect(facts.endedByRung(known({ end: endOf(), rung: 'kill' })).end?.rung).toBe('kill');
  });
});

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
