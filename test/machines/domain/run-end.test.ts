import { describe, expect, it } from 'vitest';
import { beginEnd, concludeRun, endedByRung, keepEvidence, noteReleaseProblem } from '../../../src/machines/domain/run-end.js';
import { endOf, wanted } from '../support/documents.js';
import { known } from '../support/facts.js';

describe('why a domain is halted', () => {
  it.each([
    [{ desired: wanted({ removed: true, power: 'halted' }) }, 'removed', 'no document names the domain any more'],
    [{ desired: wanted({ power: 'halted' }) }, 'desired-halt', 'the document asks for power: halted'],
    [{ desired: wanted({ generation: 3 }) }, 'edited', 'generation 3 needs another anchor than generation 1'],
    [{ desired: wanted({ generation: 3 }), built: null }, 'edited', 'generation 3 needs another anchor than generation 0'],
  ] as const)('%o', (over, cause, message) => {
    expect(beginEnd(known(over)).end).toMatchObject({ cause, message });
    expect(beginEnd(known({ ...over, end: endOf() }))).toEqual({ ending: true });
  });
});

describe('the end of a run', () => {
  it('shows what could not be given back, unless it hides why', () => {
    const problem = { reason: 'FIRST', message: 'first', retryable: false };
    expect(noteReleaseProblem(known({ problem }), { error: new Error('second') }).problem?.message).toBe('second');
    expect(noteReleaseProblem(known({ problem, end: endOf() }), { error: new Error('second') }).problem).toBe(problem);
  });

  it('keeps no problem of a preparation that was given up by choice', () => {
    const problem = { reason: 'WAITS', message: 'ended', retryable: true };
    expect(concludeRun(known({ problem })).problem).toBeNull();
    expect(concludeRun(known({ problem, end: endOf() })).problem).toBe(problem);
  });

  it('has evidence and last words written under it, once', () => {
    const kept = { evidence: '/e', lastWords: 'why' };
    expect(keepEvidence(known(), kept)).toEqual({});
    expect(keepEvidence(known({ end: endOf() }), kept).end).toMatchObject({ evidence: '/e', message: 'ended: why' });
    expect(keepEvidence(known({ end: endOf() }), { ...kept, lastWords: '' }).end?.message).toBe('ended');
    expect(endedByRung(known())).toEqual({});
    expect(endedByRung(known({ end: endOf(), rung: 'kill' })).end?.rung).toBe('kill');
  });
});
