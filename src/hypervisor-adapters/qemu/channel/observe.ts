import type { Observation, RunState } from '../../../machines/observations.js';
import type { QemuRunState, QmpEvent } from './messages.js';

/** Every run state of QEMU, in the words that all hypervisors share. Source: qapi/run-state.json. */
const meanings: Readonly<Record<QemuRunState, RunState>> = {
  prelaunch: 'prelaunch',
  running: 'running',
  paused: 'paused',
  // A debugger on the gdbstub holds the vCPUs: somebody's wish, and `cont` ends it.
  debug: 'paused',
  shutdown: 'shutdown',
  suspended: 'suspended',
  'io-error': 'io-error',
  'internal-error': 'internal-error',
  'guest-panicked': 'guest-panicked',
  watchdog: 'watchdog',
  inmigrate: 'transitional',
  'finish-migrate': 'transitional',
  postmigrate: 'transitional',
  'restore-vm': 'transitional',
  'save-vm': 'transitional',
  colo: 'transitional',
};

/** The meaning of `query-status`. A state of a newer QEMU is `transitional`: neither fine nor broken, and nothing follows from it. */
export function meaningOf(state: string): RunState {
  return Object.hasOwn(meanings, state) ? meanings[state as QemuRunState] : 'transitional';
}

/** What an event says by itself, and whether the run state has to be asked for, because the event tells that it changed but not into what. */
export interface Seen {
  readonly observations: readonly Observation[];
  readonly ask: boolean;
}

const nothing: Seen = { observations: [], ask: false };
const tells = (...observations: Observation[]): Seen => ({ observations, ask: false });

/** Event data as it came: any member can be missing or of another type. */
type Data = Readonly<Partial<Record<string, unknown>>>;
const word = (data: Data, name: string, otherwise: string): string => (typeof data[name] === 'string' ? data[name] : otherwise);
const initiator = (data: Data): 'guest' | 'host' => (data['guest'] === true ? 'guest' : 'host');

/** `hyper-v 0x80…`, or whatever QEMU knows about a panic; it differs by guest type. */
function panicInfo(data: Data): string {
  const info = data['info'] === undefined ? '' : ` ${JSON.stringify(data['info'])}`;
  return `${word(data, 'action', 'unknown action')}${info}`;
}

/** `write: No space left on device (stop)`: operation, the host's words, and what QEMU did with the guest. */
function ioErrorReason(data: Data): string {
  return `${word(data, 'operation', 'access')}: ${word(data, 'reason', 'unknown error')} (${word(data, 'action', 'unknown action')})`;
}

/**
 * Translates one event. Pure.
 *
 * STOP does not say why: io-error, panic, watchdog, pause and shutdown all begin with it, so the state is asked for. RESET is asked after as
 * well, since it takes a stopped guest to `prelaunch` without another word. One guest reset makes two or three RESET events (SeaBIOS resets
 * once more), each told as it came.
 *
 * `guest.io-error` is told for every action of the error policy; only `(stop)` is followed by the state `io-error`.
 */
export function observe(event: QmpEvent): Seen {
  const data: Data = { ...event.data };
  switch (event.event) {
    case 'SHUTDOWN':
      return tells({ type: 'guest.shutdown', by: initiator(data), reason: word(data, 'reason', 'unknown') });
    case 'RESET':
      return { observations: [{ type: 'guest.reset', by: initiator(data), reason: word(data, 'reason', 'unknown') }], ask: true };
    case 'POWERDOWN':
      return tells({ type: 'guest.button' });
    case 'STOP':
      return { observations: [], ask: true };
    case 'RESUME':
    case 'WAKEUP':
      return tells({ type: 'guest.state', state: 'running' });
    case 'SUSPEND':
      return tells({ type: 'guest.state', state: 'suspended' });
    case 'GUEST_PANICKED':
      return { observations: [{ type: 'guest.panicked', info: panicInfo(data) }], ask: true };
    case 'GUEST_CRASHLOADED':
      // It panicked and now runs its crash kernel, to write a dump.
      return tells({ type: 'guest.panicked', info: `crash kernel loaded, ${panicInfo(data)}` });
    case 'WATCHDOG':
      return { observations: [{ type: 'guest.watchdog', action: word(data, 'action', 'unknown') }], ask: true };
    case 'BLOCK_IO_ERROR': {
      const device = [word(data, 'device', ''), word(data, 'node-name', '')].find((name) => name !== '') ?? 'unknown';
      return tells({ type: 'guest.io-error', device, reason: ioErrorReason(data) });
    }
    // A migration changes the state without STOP at its end.
    case 'MIGRATION':
      return { observations: [], ask: true };
    default:
      return nothing;
  }
}
