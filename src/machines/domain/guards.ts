/** The judgement of the domain machine: total predicates over its facts. */
import type { DomainContext } from './context.js';
import { outcomeOf, restartsAfter } from './ends.js';

type Facts = DomainContext;

export const isRemoved = ({ desired }: Facts): boolean => desired.removed;

export const wantsHalted = ({ desired }: Facts): boolean => desired.removed || desired.power === 'halted';

export const wantsPaused = ({ desired }: Facts): boolean => !desired.removed && desired.power === 'paused';

export const wantsRunning = ({ desired }: Facts): boolean => !desired.removed && desired.power === 'running';

export const wantsSuspended = ({ desired }: Facts): boolean => !desired.removed && desired.power === 'suspended';

/** Its vCPUs have to run, if only for the guest to put itself to sleep. */
export const wantsBoot = (facts: Facts): boolean => wantsRunning(facts) || wantsSuspended(facts);

/** The last run is over for good, as far as this generation goes: its policy does not start it again. */
export const isOver = ({ desired, lastEnd }: Facts): boolean =>
  lastEnd !== null && lastEnd.generation === desired.generation && !restartsAfter(lastEnd.cause, desired.restart.policy);

export const isOverByFailure = (facts: Facts): boolean =>
  isOver(facts) && facts.lastEnd !== null && outcomeOf(facts.lastEnd.cause) === 'failed';

/** Its last run failed, and this document was what ran: the waits between its starts go on where an earlier engine left them. */
export const wasFailing = ({ desired, failures, lastEnd }: Facts): boolean =>
  failures > 0 && lastEnd !== null && lastEnd.generation === desired.generation && outcomeOf(lastEnd.cause) === 'failed';

export const wantsStart = (facts: Facts): boolean => !wantsHalted(facts) && !isOver(facts);

/** The document changed since the last end: earlier failures do not speak about it. */
export const hasNewGeneration = ({ desired, lastEnd }: Facts): boolean => lastEnd === null || lastEnd.generation !== desired.generation;

/** What is being prepared is no longer what the document asks for. */
export const planIsOutdated = ({ built, desired }: Facts): boolean => built !== null && built.anchorKey !== desired.anchorKey;

export const mustEnd = (facts: Facts): boolean =>
  facts.ending || wantsHalted(facts) || (planIsOutdated(facts) && facts.desired.onChange === 'restart');

export const anchorIsGone = ({ exit }: Facts): boolean => exit !== null;

/** The guest will not run on in this anchor. */
export const guestIsOff = ({ runState }: Facts): boolean =>
  runState === 'shutdown' || runState === 'guest-panicked' || runState === 'internal-error' || runState === 'watchdog';

/**
 * Its vCPUs were seen to run, or stopped by what only a guest that ran can do. One that is paused may never have run: a hypervisor that does not
 * count it as `prelaunch` once it was about to release it says `paused`.
 */
export const guestRan = ({ runState }: Facts): boolean => runState === 'running' || runState === 'suspended' || runState === 'io-error';

/** Its liveness checks fail, and the document says what it gets then. */
export const isHung = (facts: Facts): boolean => facts.unresponsive !== null && facts.desired.whenUnresponsive === 'restart' && wantsRunning(facts);

export const isWell = ({ channel, runState, unresponsive }: Facts): boolean => runState === 'running' && channel === 'open' && unresponsive === null;

/** A guest that does not answer can still be paused. */
export const canPause = (facts: Facts): boolean => wantsPaused(facts) && facts.runState === 'running' && facts.channel === 'open';

/**
 * Whoever is inside a guest that does not answer its liveness checks may still hear this. An anchor that is to become another one at its next
 * start was not planned for it, and may not wake again as it was.
 */
export const canSuspend = (facts: Facts): boolean => wantsSuspended(facts) && isAwake(facts) && !planIsOutdated(facts);

const isAwake = ({ channel, runState }: Facts): boolean => runState === 'running' && channel === 'open';

/** It was to sleep on. */
export const hasWoken = (facts: Facts): boolean => wantsSuspended(facts) && isAwake(facts);

/** There is none over which to ask: it was lost, or could not be opened again. */
export const channelIsLost = ({ channel }: Facts): boolean => channel === 'lost' || channel === 'none';

export const canAsk = (facts: Facts): boolean => facts.ladder.includes('ask') && listens(facts);

export const canPress = (facts: Facts): boolean => facts.ladder.includes('press') && listens(facts);

export const canQuit = ({ channel, ladder }: Facts): boolean => channel === 'open' && ladder.includes('quit');

export const canTerminate = ({ ladder }: Facts): boolean => ladder.includes('terminate');

/** Evidence is kept, once, of an end that nobody wished for. */
export const leavesEvidence = ({ end }: Facts): boolean => end !== null && end.evidence === null && outcomeOf(end.cause) === 'failed';

/** After the end of a run, in this order: forget it, rest, start what was edited, try again, rest, give up. */
export const startsAtOnce = ({ desired, end }: Facts): boolean =>
  end === null || end.generation !== desired.generation || outcomeOf(end.cause) === 'desired';

export const restartsByPolicy = ({ desired, end }: Facts): boolean => end !== null && restartsAfter(end.cause, desired.restart.policy);

export const endedByItself = ({ end }: Facts): boolean => end !== null && outcomeOf(end.cause) === 'completed';

/** A cause that time can mend, whatever the restart policy says of guests. */
export const mayTryAgain = ({ problem }: Facts): boolean => problem?.retryable === true;

/** A guest that is wanted paused is, where a disk that cannot be written stopped it. */
export const isPausedAsWanted = (facts: Facts): boolean =>
  wantsPaused(facts) && facts.channel === 'open' && (isStopped(facts) || facts.runState === 'io-error');

/** It sleeps, and can be woken. */
export const isAsleep = ({ channel, runState }: Facts): boolean => runState === 'suspended' && channel === 'open';

export const isAsleepAsWanted = (facts: Facts): boolean => wantsSuspended(facts) && isAsleep(facts);

/** One that is wanted paused, too: a guest that sleeps may wake by itself at any time, and no vCPU can be stopped before that. */
export const isAsleepUnasked = (facts: Facts): boolean => (wantsRunning(facts) || wantsPaused(facts)) && isAsleep(facts);

/** It may run again once there is room on its disk. */
export const isStoppedByIoError = (facts: Facts): boolean => wantsBoot(facts) && facts.channel === 'open' && facts.runState === 'io-error';

/** Nobody here asked for it: the document says that it runs, or sleeps. */
export const isPausedUnasked = (facts: Facts): boolean => wantsBoot(facts) && facts.channel === 'open' && isStopped(facts);

export const hasItsMemory = ({ desired, memory }: Facts): boolean => memory === desired.memory;

/** What it counts for is weighed anew. Without its anchor's process, nothing can be put on record for that. */
const mustReckon = ({ anchor, reckoned }: Facts): boolean => !reckoned && anchor !== null;

/**
 * The guest has, or counts for, more or less memory than its document says, which can be changed under it; all else is as it should be. One
 * that is to sleep, or sleeps, gets it when it is to run again.
 */
export const canResize = (facts: Facts): boolean =>
  facts.memory !== null && (!hasItsMemory(facts) || mustReckon(facts)) && !planIsOutdated(facts) && (wantsPaused(facts) ? isPausedAsWanted(facts) : wantsRunning(facts) && isWell(facts));

/** Once before it is asked, and once more where it was about to sleep just then. */
const mostWakings = 2;

/** A guest that sleeps hears nobody: it is woken, to be asked politely, or to have its button pressed. */
export const mustWake = (facts: Facts): boolean => isAsleep(facts) && isOurWish(facts) && facts.wakings < mostWakings && (facts.ladder.includes('ask') || facts.ladder.includes('press'));

/** Only a guest that runs, whose end we ask for, can be asked politely. */
const listens = (facts: Facts): boolean => facts.channel === 'open' && facts.runState === 'running' && isOurWish(facts);

const isOurWish = ({ end }: Facts): boolean => end === null || outcomeOf(end.cause) === 'desired';

const isStopped = ({ runState }: Facts): boolean => runState === 'paused' || runState === 'prelaunch';
