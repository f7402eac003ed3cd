import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QemuRunState, QmpEvent } from '../../../../src/hypervisor-adapters/qemu/channel/messages.js';
import { meaningOf, observe } from '../../../../src/hypervisor-adapters/qemu/channel/observe.js';
import type { RunState } from '../../../../src/machines/observations.js';

const timestamp = { seconds: 1, microseconds: 2 };
const event = (name: string, data: object = {}): QmpEvent => ({ event: name, data, timestamp }) as QmpEvent;

describe('the run states of QEMU', () => {
  const meanings: Record<QemuRunState, RunState> = {
    debug: 'paused',
    inmigrate: 'transitional',
    'internal-error': 'internal-error',
    'io-error': 'io-error',
    paused: 'paused',
    postmigrate: 'transitional',
    prelaunch: 'prelaunch',
    'finish-migrate': 'transitional',
    'restore-vm': 'transitional',
    running: 'running',
    'save-vm': 'transitional',
    shutdown: 'shutdown',
    suspended: 'suspended',
    watchdog: 'watchdog',
    'guest-panicked': 'guest-panicked',
    colo: 'transitional',
  };
  test.each(Object.entries(meanings))('%s means %s', (state, meaning) => {
    expect(meaningOf(state)).toBe(meaning);
  });

  test.each(['a state of QEMU 12', '', 'toString', '__proto__'])('%j, which we do not know, means that nothing follows', (state) => {
    expect(meaningOf(state)).toBe('transitional');
  });
});

describe('events', () => {
  test.each([
    [event('SHUTDOWN', { guest: true, reason: 'guest-shutdown' }), { type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' }],
    [event('SHUTDOWN', { guest: false, reason: 'host-signal' }), { type: 'guest.shutdown', by: 'host', reason: 'host-signal' }],
    [event('RESET', { guest: true, reason: 'guest-reset' }), { type: 'guest.reset', by: 'guest', reason: 'guest-reset' }],
    [event('POWERDOWN'), { type: 'guest.button' }],
    [event('RESUME'), { type: 'guest.state', state: 'running' }],
    [event('SUSPEND'), { type: 'guest.state', state: 'suspended' }],
    [event('WAKEUP'), { type: 'guest.state', state: 'running' }],
    [event('GUEST_PANICKED', { action: 'pause' }), { type: 'guest.panicked', info: 'pause' }],
    [event('GUEST_PANICKED', { action: 'run', info: { type: 's390', core: 1 } }), { type: 'guest.panicked', info: 'run {"type":"s390","core":1}' }],
    [event('GUEST_CRASHLOADED', { action: 'run' }), { type: 'guest.panicked', info: 'crash kernel loaded, run' }],
    [event('WATCHDOG', { action: 'reset' }), { type: 'guest.watchdog', action: 'reset' }],
    [
      event('BLOCK_IO_ERROR', { device: '', 'node-name': 'disk0', operation: 'write', action: 'stop', reason: 'No space left on device' }),
      { type: 'guest.io-error', device: 'disk0', reason: 'write: No space left on device (stop)' },
    ],
  ])('%o', (told, observation) => {
    expect(observe(told).observations).toEqual([observation]);
  });

  test('STOP says nothing by itself: the state has to be asked for', () => {
    expect(observe(event('STOP'))).toEqual({ observations: [], ask: true });
  });

  test.each(['RESET', 'GUEST_PANICKED', 'WATCHDOG', 'MIGRATION'])('%s can change the state without another word', (name) => {
    expect(observe(event(name)).ask).toBe(true);
  });

  test.each(['RTC_CHANGE', 'VNC_CONNECTED', 'AN_EVENT_OF_QEMU_12'])('%s is no news of the guest', (name) => {
    expect(observe(event(name))).toEqual({ observations: [], ask: false });
  });

  const names = ['SHUTDOWN', 'RESET', 'GUEST_PANICKED', 'GUEST_CRASHLOADED', 'WATCHDOG', 'BLOCK_IO_ERROR', 'STOP', 'RESUME'];
  const members = fc.constantFrom('guest', 'reason', 'action', 'info', 'device', 'node-name');
  test('any data makes observations whose texts are texts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.dictionary(members, fc.jsonValue()), (name, data) => {
        for (const observation of observe(event(name, data)).observations) {
          for (const [member, value] of Object.entries(observation)) expect(typeof value, member).toBe('string');
        }
      }),
    );
  });
});
