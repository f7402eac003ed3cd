/** How facts change: pure functions from what was known and what came in. The machine names them as its actions. */
import type { AnchorExit, Rung } from '../observations.js';
import type { AnchorFacts, DesiredDomain, DomainContext, Finding, Problem } from './context.js';
import { endedBy } from './context.js';
import type { DomainObservation, PlanFacts } from './events.js';
import type { EndCause } from './ends.js';
import { causeOfExit, causeOfShutdown, outcomeOf } from './ends.js';

type Changes = Partial<DomainContext>;

/** Anything thrown, as a problem. A `WindlassError` tells its code and whether time can mend it. */
export function problemOf(thrown: unknown): Problem {
  const facts: { code?: unknown; message?: unknown; retryable?: unknown; cure?: unknown } =
    typeof thrown === 'object' && thrown !== null ? thrown : { message: thrown };
  const message = typeof facts.message === 'string' ? facts.message : String(facts.message);
  return {
    reason: typeof facts.code === 'string' ? facts.code : 'UNEXPECTED',
    message: typeof facts.cure === 'string' ? `${message}; ${facts.cure}` : message,
    retryable: facts.retryable === true,
  };
}

/** A document that the living anchor already satisfies counts as built from the moment it is desired. */
export const desire = ({ built }: DomainContext, desired: DesiredDomain): Changes => ({
  desired,
  built: built?.anchorKey === desired.anchorKey ? { ...built, generation: desired.generation } : built,
});

/** A living anchor was found: take it over with the counters that its record tells. */
export const adopt = ({ desired }: DomainContext, finding: Finding): Changes =>
  finding.presence !== 'present'
    ? {}
    : {
        anchor: finding.anchor,
        built: {
          anchorKey: finding.anchorKey,
          generation: finding.anchorKey === desired.anchorKey ? desired.generation : finding.generation,
        },
        incarnation: finding.incarnation,
        failures: finding.failures,
        ladder: finding.ladder,
        problem: null,
      };

export const rememberLastRun = (_: DomainContext, finding: Finding): Changes =>
  finding.presence === 'absent'
    ? { incarnation: finding.incarnation, failures: finding.failures, lastEnd: finding.end, problem: null }
    : {};

export const unseen = (why: string): Problem => ({ reason: 'PRESENCE_UNKNOWN', message: why, retryable: true });

export const acceptPlan = (_: DomainContext, plan: PlanFacts): Changes => ({
  built: { anchorKey: plan.anchorKey, generation: plan.generation },
  ladder: plan.ladder,
  problem: null,
});

export const beginIncarnation = ({ incarnation }: DomainContext): Changes => ({
  incarnation: incarnation + 1,
  anchor: null,
  runState: null,
  rung: null,
  end: null,
  exit: null,
  resets: 0,
  channel: 'none',
  problem: null,
});

export const anchorLaunched = (_: DomainContext, anchor: AnchorFacts): Changes => ({ anchor });

export const channelOpened = (context: DomainContext, runState: DomainContext['runState']): Changes => ({
  // An observation may have overtaken the answer; what is newer stays.
  runState: context.channel === 'none' || context.runState === null ? runState : context.runState,
  channel: 'open',
  problem: null,
});

/** An effect failed: the problem is shown, and it is the cause of the end if nothing was before it. */
export const failedBy = (context: DomainContext, { cause, error }: { cause: EndCause; error: unknown }): Changes => {
  const problem = problemOf(error);
  return { problem, ...endedBy(context, cause, problem.message) };
};

/** A deadline passed: likewise. */
export const endedByDeadline = (context: DomainContext, { cause, message }: { cause: EndCause; message: string }): Changes => ({
  problem: { reason: 'DEADLINE', message, retryable: true },
  ...endedBy(context, cause, message),
});

/** The machine halts the domain: write down why, unless a first cause is known. */
export const noteWhyHalting = (context: DomainContext): Changes => {
  const { built, desired, runState } = context;
  if (context.end !== null) return {};
  if (desired.removed) return endedBy(context, 'removed', 'no document names the domain any more');
  if (desired.power === 'halted') return endedBy(context, 'desired-halt', 'the document asks for power: halted');
  if (runState === 'guest-panicked') return endedBy(context, 'panic', 'the guest panicked');
  if (runState === 'internal-error') return endedBy(context, 'internal-error', 'the hypervisor could not go on with the guest');
  if (runState === 'watchdog') return endedBy(context, 'watchdog', 'the guest did not feed its watchdog');
  if (runState === 'shutdown') return endedBy(context, 'guest-power-off', 'the guest was found powered off');
  return endedBy(context, 'edited', `generation ${desired.generation} needs another anchor than generation ${built?.generation ?? 0}`);
};

/** A run is over and its anchor confirmed gone: keep its end, count it, forget its anchor. */
export const concludeRun = (context: DomainContext): Changes => ({
  lastEnd: context.end ?? context.lastEnd,
  failures: context.end === null || outcomeOf(context.end.cause) === 'failed' ? context.failures + 1 : 0,
  anchor: null,
  built: null,
  runState: null,
  channel: 'none',
  rung: null,
  end: null,
  exit: null,
});

export const keepEvidence = (context: DomainContext, kept: { evidence: string | null; lastWords: string }): Changes =>
  context.end === null
    ? {}
    : {
        end: {
          ...context.end,
          evidence: kept.evidence,
          message: kept.lastWords === '' ? context.end.message : `${context.end.message}: ${kept.lastWords}`,
        },
      };

/** One observation, if it is of this run. */
export function observed(context: DomainContext, event: DomainObservation): Changes {
  if (event.incarnation !== context.incarnation) return {};
  switch (event.type) {
    case 'guest.state':
      return { runState: event.state };
    case 'guest.shutdown':
      return { runState: 'shutdown', ...endOfShutdown(context, event) };
    case 'guest.reset':
      return { resets: context.resets + 1 };
    case 'guest.panicked':
      return endedBy(context, 'panic', event.info === '' ? 'the guest panicked' : `the guest panicked: ${event.info}`);
    case 'guest.watchdog':
      return event.action === 'none' || event.action === 'reset' || event.action === 'inject-nmi'
        ? {}
        : endedBy(context, 'watchdog', `the guest did not feed its watchdog, whose action is ${event.action}`);
    case 'guest.io-error':
      return { problem: { reason: 'IO_ERROR', message: `${event.device}: ${event.reason}`, retryable: true } };
    case 'guest.button':
      return {};
    case 'channel.silent':
      return {
        channel: context.channel === 'open' ? 'silent' : context.channel,
        problem: { reason: 'CHANNEL_SILENT', message: `no answer for ${event.forMilliseconds} ms`, retryable: true },
      };
    case 'channel.answering':
      return { channel: 'open', problem: null };
    case 'channel.lost':
      return { channel: 'lost', problem: { reason: 'CHANNEL_LOST', message: event.reason, retryable: true } };
    case 'anchor.exited':
      return { exit: event.exit, channel: 'none', ...endOfExit(context, event.exit) };
  }
}

/** While we halt a domain, its shutdown is the answer to our asking and no cause of its own. */
function endOfShutdown(context: DomainContext, event: Extract<DomainObservation, { type: 'guest.shutdown' }>): Changes {
  if (context.rung !== null) return {};
  const by = event.by === 'guest' ? 'the guest powered itself off' : 'the hypervisor was told to shut it down';
  return endedBy(context, causeOfShutdown(event), `${by} (${event.reason})`);
}

/** The exit facts always go on record; they are the cause only where nothing else was. */
function endOfExit(context: DomainContext, exit: AnchorExit): Changes {
  const { cause, message } = causeOfExit(exit);
  const end = context.end ?? endedBy(context, cause, message).end;
  return { end: end === null ? null : { ...end, exit, rung: context.rung } };
}

/** A rung is climbed; seeing off a VMM whose guest is off already is no rung of its own. */
export const climb = (context: DomainContext, rung: Rung): Changes =>
  context.runState === 'shutdown' ? {} : { rung };
