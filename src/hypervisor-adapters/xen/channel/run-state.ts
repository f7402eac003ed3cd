import type { Observation, RunState } from '../../../machines/observations.js';
import type { ShutdownReason, XlDomain } from './xl/domain-list.js';

/** How a domain that is shut down is left, until somebody destroys it. Source: the SHUTDOWN_ codes of Xen's public/sched.h. */
const shutdownStates: Readonly<Record<Exclude<ShutdownReason, 'suspend'> | 'unknown', RunState>> = {
  poweroff: 'shutdown',
  reboot: 'shutdown',
  crash: 'guest-panicked',
  watchdog: 'watchdog',
  'soft-reset': 'shutdown',
  unknown: 'shutdown',
};

/** What the list of domains does not tell of one. */
export interface Past {
  /** Its vCPUs were let run before. */
  readonly released: boolean;
  /** This engine, or one before it, had it suspend itself. */
  readonly putToSleep: boolean;
}

/** In the words that all hypervisors share. A guest that somebody else suspended is being saved or migrated, for all that can be known. */
export function runStateOf({ shutdownReason, state }: Pick<XlDomain, 'state' | 'shutdownReason'>, { putToSleep, released }: Past): RunState {
  if (state.shutdown && shutdownReason !== 'suspend') return shutdownStates[shutdownReason ?? 'unknown'];
  if (state.dying) return 'shutdown';
  if (state.shutdown) return putToSleep ? 'suspended' : 'transitional';
  if (state.paused) return released ? 'paused' : 'prelaunch';
  return 'running';
}

/** All that a look at the domain tells. Undefined: it is not there any more, though nobody here has ended it. */
export function observationsOf(domain: XlDomain | undefined, past: Past): readonly Observation[] {
  if (domain === undefined || domain.state.dying) return [{ type: 'guest.shutdown', by: 'host', reason: 'host-destroyed' }];
  const state: Observation = { type: 'guest.state', state: runStateOf(domain, past) };
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
