import type { Observation, RunState } from '../../../machines/observations.js';
import type { ShutdownReason, XlDomain } from './xl/domain-list.js';

/** How a domain that is shut down is left, until somebody destroys it. Source: the SHUTDOWN_ codes of Xen's public/sched.h. */
const shutdownStates: Readonly<Record<ShutdownReason | 'unknown', RunState>> = {
  poweroff: 'shutdown',
  reboot: 'shutdown',
  suspend: 'suspended',
  crash: 'guest-panicked',
  watchdog: 'watchdog',
  'soft-reset': 'shutdown',
  unknown: 'shutdown',
};

/** In the words that all hypervisors share. `released`: its vCPUs were let run before. */
export function runStateOf({ shutdownReason, state }: Pick<XlDomain, 'state' | 'shutdownReason'>, released: boolean): RunState {
  if (state.shutdown) return shutdownStates[shutdownReason ?? 'unknown'];
  if (state.dying) return 'shutdown';
  if (state.paused) return released ? 'paused' : 'prelaunch';
  return 'running';
}

/** All that a look at the domain tells. Undefined: it is not there any more, though nobody here has ended it. */
export function observationsOf(domain: XlDomain | undefined, released: boolean): readonly Observation[] {
  if (domain === undefined || domain.state.dying) return [{ type: 'guest.shutdown', by: 'host', reason: 'host-destroyed' }];
  const state: Observation = { type: 'guest.state', state: runStateOf(domain, released) };
  if (!domain.state.shutdown) return [state];
  switch (domain.shutdownReason) {
    case 'reboot':
    case 'soft-reset':
      // With `on_reboot="preserve"` nobody makes a new domain of it but us.
      return [{ type: 'guest.shutdown', by: 'guest', reason: 'guest-reboot' }];
    case 'crash':
      return [{ type: 'guest.panicked', info: '' }, state];
    case 'watchdog':
      return [{ type: 'guest.watchdog', action: 'poweroff' }, state];
    case 'suspend':
      return [state];
    case 'poweroff':
    case 'unknown':
    case undefined:
      return [{ type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' }];
  }
}
