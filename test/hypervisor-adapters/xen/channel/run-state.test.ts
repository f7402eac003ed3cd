import { describe, expect, it } from 'vitest';
import { observationsOf, runStateOf } from '../../../../src/hypervisor-adapters/xen/channel/run-state.js';
import type { XlDomain } from '../../../../src/hypervisor-adapters/xen/channel/xl/domain-list.js';

const quiet = { running: false, blocked: false, paused: false, shutdown: false, dying: false };
const row = (state: Partial<XlDomain['state']>, shutdownReason?: XlDomain['shutdownReason']): XlDomain => ({
  id: 3,
  name: 'web',
  uuid: '6f1c8b52-0b8e-4a3e-9d0b-2f6a1c9e7d41',
  memoryMiB: 64,
  vcpus: 1,
  state: { ...quiet, ...state },
  cpuSeconds: 1,
  shutdownReason,
});

const past = { released: true, putToSleep: false };

describe('the run state of a domain', () => {
  it.each([
    [{ running: true }, true, 'running'],
    [{ blocked: true }, true, 'running'],
    // Between two time slices it is neither on a CPU nor waiting.
    [{}, true, 'running'],
    [{ paused: true }, true, 'paused'],
    [{ paused: true }, false, 'prelaunch'],
    [{ dying: true }, true, 'shutdown'],
    [{ dying: true, paused: true }, false, 'shutdown'],
  ] as const)('%o, released %s, is %s', (state, released, expected) => {
    expect(runStateOf(row(state), { released, putToSleep: false })).toBe(expected);
  });
});

describe('what a look tells of a domain that has shut down', () => {
  it.each([
    ['poweroff', [{ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' }]],
    ['reboot', [{ type: 'guest.shutdown', by: 'guest', reason: 'guest-reboot' }]],
    ['soft-reset', [{ type: 'guest.shutdown', by: 'guest', reason: 'guest-reboot' }]],
    ['crash', [{ type: 'guest.panicked', info: '' }, { type: 'guest.state', state: 'guest-panicked' }]],
    ['watchdog', [{ type: 'guest.watchdog', action: 'poweroff' }, { type: 'guest.state', state: 'watchdog' }]],
    ['suspend', [{ type: 'guest.state', state: 'transitional' }]],
    ['unknown', [{ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' }]],
  ] as const)('for %s', (reason, expected) => {
    expect(observationsOf(row({ shutdown: true }, reason), past)).toEqual(expected);
  });
});

it('a domain that is gone, or going, was ended by somebody on the host', () => {
  const destroyed = [{ type: 'guest.shutdown', by: 'host', reason: 'host-destroyed' }];
  expect(observationsOf(undefined, past)).toEqual(destroyed);
  expect(observationsOf(row({ dying: true }), past)).toEqual(destroyed);
});

it('a domain that runs tells its state', () => {
  expect(observationsOf(row({ blocked: true }), past)).toEqual([{ type: 'guest.state', state: 'running' }]);
});

describe('a domain that is shut down to suspend', () => {
  const suspended = row({ shutdown: true }, 'suspend');

  it('sleeps where it was put to sleep here, and is otherwise in the hands of somebody who saves or migrates it', () => {
    expect(observationsOf(suspended, { released: true, putToSleep: true })).toEqual([{ type: 'guest.state', state: 'suspended' }]);
    expect(observationsOf(suspended, past)).toEqual([{ type: 'guest.state', state: 'transitional' }]);
  });

  it('sleeps no more once it is being destroyed', () => {
    expect(runStateOf(row({ shutdown: true, dying: true }, 'suspend'), { released: true, putToSleep: true })).toBe('shutdown');
  });

  it.each(['crash', 'poweroff'] as const)('is as ever where the reason is %s: a mark changes nothing of that', (reason) => {
    const other = row({ shutdown: true }, reason);
    expect(observationsOf(other, { released: true, putToSleep: true })).toEqual(observationsOf(other, past));
  });
});
