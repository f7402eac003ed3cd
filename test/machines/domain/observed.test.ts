import { describe, expect, it } from 'vitest';
import type { DomainContext } from '../../../src/machines/domain/context.js';
import { observed } from '../../../src/machines/domain/observed.js';
import type { Observation } from '../../../src/machines/observations.js';
import { endOf } from '../support/documents.js';
import { known } from '../support/facts.js';

const sees = (observation: Observation, over: Partial<DomainContext> = {}) => observed(known(over), { ...observation, incarnation: 1 });

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
