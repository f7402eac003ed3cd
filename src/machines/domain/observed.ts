/** What one observation changes. */
import type { AnchorExit } from '../observations.js';
import type { Changes, DomainContext } from './context.js';
import { causeOfExit, causeOfShutdown } from './ends.js';
import type { DomainObservation } from './events.js';
import { endedBy } from './run-end.js';

/** One observation, if it is of this run. */
export function observed(context: DomainContext, event: DomainObservation): Changes {
  if (event.incarnation !== context.incarnation) return {};
  switch (event.type) {
    case 'guest.state':
      // Whoever puts itself to sleep is not hung; what was told of it before is no news of the guest that wakes.
      return { runState: event.state, seenSinceAsked: true, ...(event.state === 'suspended' ? { unresponsive: null } : {}) };
    case 'guest.memory':
      // Whoever changed it, and be it a change that was cut short.
      return { memory: event.bytes, memorySeen: true, reckoned: context.reckoned && (context.memory ?? event.bytes) === event.bytes };
    case 'guest.shutdown':
      return { runState: 'shutdown', seenSinceAsked: true, ...endOfShutdown(context, event) };
    case 'guest.reset':
      return { resets: context.resets + 1, ...survived(context) };
    case 'guest.panicked':
      return endedBy(context, 'panic', event.info === '' ? 'the guest panicked' : `the guest panicked: ${event.info}`);
    case 'guest.watchdog':
      if (event.action === 'none') return { problem: { reason: 'WATCHDOG_EXPIRED', message: 'the guest did not feed its watchdog', retryable: true } };
      return harmlessActions.has(event.action)
        ? {}
        : endedBy(context, 'watchdog', `the guest did not feed its watchdog, whose action is ${event.action}`);
    case 'guest.io-error':
      return { problem: { reason: 'IO_ERROR', message: `${event.device}: ${event.reason}`, retryable: true } };
    case 'guest.button':
      return {};
    case 'guest.unresponsive':
      return { unresponsive: event.reason };
    case 'guest.responsive':
      return { unresponsive: null };
    case 'channel.silent':
      return {
        channel: context.channel === 'open' ? 'silent' : context.channel,
        problem: { reason: 'CHANNEL_SILENT', message: `no answer for ${event.forMilliseconds} ms`, retryable: true },
      };
    case 'channel.answering':
      return context.channel === 'silent' ? { channel: 'open', problem: null } : {};
    case 'channel.lost':
      return { channel: 'lost', problem: { reason: 'CHANNEL_LOST', message: event.reason, retryable: true } };
    case 'anchor.exited':
      // Told twice, by whoever launched it and by whoever watched it: who saw how it ended knows more.
      if (context.exit !== null && event.exit.code === null && event.exit.signal === null) return {};
      return { exit: event.exit, channel: 'none', ...endOfExit(context, event.exit) };
  }
}

/** Watchdog actions after which the guest runs on. */
const harmlessActions: ReadonlySet<string> = new Set(['debug', 'reset', 'inject-nmi']);

/** A guest that starts anew in the same anchor has outlived its panic: that is no cause of a later end. */
const survived = ({ end, ending }: DomainContext): Changes =>
  !ending && (end?.cause === 'panic' || end?.cause === 'watchdog') ? { end: null } : {};

/** While we halt a domain, its shutdown is the answer to our asking and no cause of its own. */
function endOfShutdown(context: DomainContext, event: Extract<DomainObservation, { type: 'guest.shutdown' }>): Changes {
  if (context.ending) return {};
  const by = event.by === 'guest' ? 'the guest powered itself off' : 'the hypervisor was told to shut it down';
  return endedBy(context, causeOfShutdown(event), `${by} (${event.reason})`);
}

/** The exit facts always go on record; they are the cause only where nothing else was. */
function endOfExit(context: DomainContext, exit: AnchorExit): Changes {
  const { cause, message } = causeOfExit(exit);
  const end = context.end ?? endedBy(context, cause, message).end;
  return { end: end === null ? null : { ...end, exit, rung: context.rung } };
}
