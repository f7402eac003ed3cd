/** How facts change: pure functions from what was known and what came in. The machine names them as its actions. */
import type { AnchorExit, Rung, RunState } from '../observations.js';
import type { AnchorFacts, DesiredDomain, DomainContext, Finding, Problem } from './context.js';
import { endedBy } from './context.js';
import type { DomainObservation, PlanFacts } from './events.js';
import type { EndCause } from './ends.js';
import { causeOfExit, causeOfShutdown, outcomeOf } from './ends.js';
import { isHung } from './guards.js';

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

/** Does the error say that there is no guest behind the anchor, and none to come? */
export const saysThatNothingRan = (thrown: unknown): boolean => typeof thrown === 'object' && thrown !== null && 'neverRan' in thrown && thrown.neverRan === true;

/** A document that the living anchor already satisfies counts as built from the moment it is desired. */
export const desire = ({ built, desired: before, failures }: DomainContext, desired: DesiredDomain): Changes => ({
  desired,
  // Earlier failures do not speak about another device model.
  failures: desired.anchorKey === before.anchorKey ? failures : 0,
  built: built?.anchorKey === desired.anchorKey ? { ...built, generation: desired.generation } : built,
});

type Built = NonNullable<DomainContext['built']>;

/** What an earlier engine built counts for the document that it satisfies, whatever its number was. */
const builtFor = ({ desired }: DomainContext, { anchorKey, generation }: Built): Built => ({
  anchorKey,
  generation: anchorKey === desired.anchorKey ? desired.generation : generation,
});

/** A living anchor was found: take it over with the counters that its record tells, and go on ending it where that had begun. */
export const adopt = (context: DomainContext, finding: Finding): Changes =>
  finding.presence !== 'present'
    ? {}
    : {
        anchor: finding.anchor,
        built: builtFor(context, finding),
        incarnation: finding.incarnation,
        failures: finding.failures,
        ladder: finding.ladder,
        reckoned: false,
        end: finding.ending,
        ending: finding.ending !== null,
        problem: null,
      };

export const rememberLastRun = (_: DomainContext, finding: Finding): Changes =>
  finding.presence === 'absent'
    ? { incarnation: finding.incarnation, failures: finding.failures, lastEnd: finding.end, problem: null }
    : {};

/** An anchor ended while no engine watched: its run is concluded like any other, with its evidence and by its restart policy. */
export function foundEnded(context: DomainContext, finding: Finding): Changes {
  if (finding.presence !== 'absent' || finding.unreaped === null) return {};
  const { anchorKey, ending, generation, lived } = finding.unreaped;
  const { end: lastEnd, failures, incarnation, why } = finding;
  const found = { ...context, incarnation, failures, lastEnd, built: builtFor(context, { anchorKey, generation }), end: ending, problem: null };
  const [cause, message] = lived
    ? (['vmm-gone', `the anchor ended while no engine watched: ${why}`] as const)
    : (['launch-interrupted', 'an earlier engine ended while it launched the anchor'] as const);
  return { ...found, ...endedBy(found, cause, message) };
}

/** It was put to sleep, and is awake: by an alarm of its own, or by somebody else. */
export const awake: Problem = { reason: 'GUEST_AWAKE', message: 'the guest was put to sleep, and did not stay asleep', retryable: true };

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
  memory: null,
  memoryChange: null,
  reckoned: true,
  wakings: 0,
  rung: null,
  end: null,
  ending: false,
  exit: null,
  resets: 0,
  channel: 'none',
  unresponsive: null,
  problem: null,
});

export const anchorLaunched = (_: DomainContext, anchor: AnchorFacts): Changes => ({ anchor });

/** An effect answered with the run state that it left. An observation may have overtaken the answer; what is newer stays. */
export const answeredRunState = (context: DomainContext, runState: RunState): Changes => ({
  runState: context.seenSinceAsked ? context.runState : runState,
});

/** The guest's memory was changed. Somebody may have changed it again before that was answered; what is seen is newer. */
export const resized = ({ memory, memoryChange, memorySeen }: DomainContext): Changes => ({ memory: memorySeen ? memory : (memoryChange?.memory ?? memory) });

/** A change has come to its end. Where the guest has other memory by now, what it counts for is weighed anew. */
export const reckoned = ({ memory, memoryChange }: DomainContext): Changes => ({ reckoned: memory === memoryChange?.memory });

export const channelOpened = (context: DomainContext, runState: RunState): Changes => ({
  ...answeredRunState(context, runState),
  // It may have been lost again before its opening was answered.
  ...(context.channel === 'lost' ? {} : { channel: 'open', problem: null }),
});

/** An effect failed: the problem is shown, and it is the cause of the end if nothing was before it. */
export const failedBy = (context: DomainContext, { cause, error }: { cause: EndCause; error: unknown }): Changes => {
  const problem = problemOf(error);
  return { problem, ...endedBy(context, cause, problem.message) };
};

/** What was taken could not be given back: shown, unless it hides why the preparation failed, by which is decided whether to try again. */
export const noteReleaseProblem = ({ end, problem }: DomainContext, { error }: { error: unknown }): Changes => ({
  problem: end === null ? problemOf(error) : problem,
});

/** A deadline passed: likewise. */
export const endedByDeadline = (context: DomainContext, { cause, message }: { cause: EndCause; message: string }): Changes => ({
  problem: { reason: 'DEADLINE', message, retryable: true },
  ...endedBy(context, cause, message),
});

/** SIGKILL was sent and the anchor is still there. Why, the effect may have said already, which tells more. */
export const noteUnkillable = ({ problem }: DomainContext): Changes =>
  problem?.reason === 'ANCHOR_UNKILLABLE'
    ? {}
    : { problem: { reason: 'ANCHOR_UNKILLABLE', message: 'the anchor was sent SIGKILL and has not ended; it keeps its resources', retryable: true } };

/** The run is ended from here on: write down why, unless a first cause is known. */
export const beginEnd = (context: DomainContext): Changes => ({ ending: true, ...whyEnded(context) });

function whyEnded(context: DomainContext): Changes {
  const { built, desired, runState } = context;
  if (context.end !== null) return {};
  if (desired.removed) return endedBy(context, 'removed', 'no document names the domain any more');
  if (desired.power === 'halted') return endedBy(context, 'desired-halt', 'the document asks for power: halted');
  if (runState === 'guest-panicked') return endedBy(context, 'panic', 'the guest panicked');
  if (runState === 'internal-error') return endedBy(context, 'internal-error', 'the hypervisor could not go on with the guest');
  if (runState === 'watchdog') return endedBy(context, 'watchdog', 'the guest did not feed its watchdog');
  if (runState === 'shutdown') return endedBy(context, 'guest-power-off', 'the guest was found powered off');
  if (isHung(context)) return endedBy(context, 'unresponsive', context.unresponsive ?? 'the guest does not answer');
  return endedBy(context, 'edited', `generation ${desired.generation} needs another anchor than generation ${built?.generation ?? 0}`);
}

/** A run, or its preparation, is over: keep its end, count it, forget its anchor. Giving up a preparation by choice has no end and counts nothing. */
export const concludeRun = (context: DomainContext): Changes => ({
  lastEnd: context.end ?? context.lastEnd,
  failures: context.end === null ? context.failures : outcomeOf(context.end.cause) === 'failed' ? context.failures + 1 : 0,
  anchor: null,
  built: null,
  runState: null,
  memory: null,
  channel: 'none',
  unresponsive: null,
  rung: null,
  end: null,
  ending: false,
  exit: null,
  problem: explains(context) ? context.problem : null,
});

/** Is the problem what the run ended by? Others (a rung that was refused, a channel that was lost) end with the run. */
const explains = ({ end, problem }: DomainContext): boolean => end !== null && problem !== null && end.message.startsWith(problem.message);

export function keepEvidence({ end }: DomainContext, { evidence, lastWords }: { evidence: string | null; lastWords: string }): Changes {
  if (end === null) return {};
  // Captured again after an end that could not be confirmed: the same words are said once.
  const message = lastWords === '' || end.message.endsWith(lastWords) ? end.message : `${end.message}: ${lastWords}`;
  return { end: { ...end, evidence, message } };
}

/** The rung reports the anchor gone although nobody saw it exit: the rung ended it. */
export const endedByRung = ({ end, rung }: DomainContext): Changes =>
  end === null || end.exit !== null ? {} : { end: { ...end, rung } };

/** The anchor was seen to exit, and yet its end could not be confirmed: it is killed as if nothing had been seen. */
export const doubtExit: Changes = { exit: null };

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

/** A rung is climbed; seeing off a VMM whose guest is off already is no rung of its own. */
export const climb = (context: DomainContext, rung: Rung): Changes =>
  context.runState === 'shutdown' ? {} : { rung };
