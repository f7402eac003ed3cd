/** How a run comes to its end: its first cause, the rung that ended it, the evidence, and what is kept of it. */
import type { Rung } from '../observations.js';
import type { Changes, DomainContext } from './context.js';
import type { EndCause } from './ends.js';
import { outcomeOf } from './ends.js';
import { isHung } from './guards.js';
import { problemOf } from './problem.js';

/** First cause wins: a later one is written under the first. */
export function endedBy(context: DomainContext, cause: EndCause, message: string): Pick<DomainContext, 'end'> {
  const { end } = context;
  if (end !== null) return { end: end.cause === cause ? end : { ...end, later: [...end.later, `${cause}: ${message}`].slice(-8) } };
  return {
    end: {
      cause,
      message,
      generation: context.built?.generation ?? context.desired.generation,
      incarnation: context.incarnation,
      exit: context.exit,
      rung: null,
      evidence: null,
      later: [],
    },
  };
}

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

/** A rung is climbed; seeing off a VMM whose guest is off already is no rung of its own. */
export const climb = (context: DomainContext, rung: Rung): Changes =>
  context.runState === 'shutdown' ? {} : { rung };

/** The rung reports the anchor gone although nobody saw it exit: the rung ended it. */
export const endedByRung = ({ end, rung }: DomainContext): Changes =>
  end === null || end.exit !== null ? {} : { end: { ...end, rung } };

/** The anchor was seen to exit, and yet its end could not be confirmed: it is killed as if nothing had been seen. */
export const doubtExit: Changes = { exit: null };

export function keepEvidence({ end }: DomainContext, { evidence, lastWords }: { evidence: string | null; lastWords: string }): Changes {
  if (end === null) return {};
  // Captured again after an end that could not be confirmed: the same words are said once.
  const message = lastWords === '' || end.message.endsWith(lastWords) ? end.message : `${end.message}: ${lastWords}`;
  return { end: { ...end, evidence, message } };
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
