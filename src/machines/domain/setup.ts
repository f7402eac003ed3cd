/**
 * The vocabulary of the domain machine: its actors (typed stubs that the engine provides), actions, guards and delays. All of them are
 * names here and pure functions beside; what happens in which state stands in the file of its phase.
 */
import { assign, fromEventObservable, fromPromise, setup } from 'xstate';
import type { Rung, RunState } from '../observations.js';
import * as answers from './answers.js';
import type { AnchorFacts, DomainContext, DomainInput } from './context.js';
import { domainDelays } from './delays.js';
import type { EndCause } from './ends.js';
import type { DomainEffects, DomainEvent, DomainObservation, EffectInput, PlanFacts } from './events.js';
import type { Finding } from './finding.js';
import * as found from './finding.js';
import * as when from './guards.js';
import { type MemoryChange, gaveBack, leavesAsIs, needsMore } from './memory.js';
import { observed } from './observed.js';
import { namesField, problemOf, saysThatNothingRan } from './problem.js';
import * as runEnd from './run-end.js';
import * as runStart from './run-start.js';

const notProvided = (name: string): Error => new Error(`effect not provided: ${name}`);

const effect = <Name extends keyof DomainEffects>(name: Name) =>
  fromPromise<DomainEffects[Name]['output'], DomainEffects[Name]['input']>(() => Promise.reject(notProvided(name)));

const watch = fromEventObservable<DomainObservation, EffectInput>(() => ({
  subscribe: () => {
    throw notProvided('watch');
  },
}));

const guard =
  (predicate: (context: DomainContext) => boolean) =>
  ({ context }: { context: DomainContext }): boolean =>
    predicate(context);

export const key = ({ context }: { context: DomainContext }): EffectInput => ({ name: context.name, incarnation: context.incarnation });

export const target = ({ context }: { context: DomainContext }): DomainEffects['kill']['input'] => ({
  name: context.name,
  incarnation: context.incarnation,
  anchor: context.anchor,
});

const types = {} as {
  context: DomainContext;
  events: DomainEvent;
  input: DomainInput;
  tags: 'settled' | 'busy' | 'degraded';
};

export const domainSetup = setup({
  types,
  actors: {
    observe: effect('observe'),
    plan: effect('plan'),
    admit: effect('admit'),
    reserve: effect('reserve'),
    prepare: effect('prepare'),
    release: effect('release'),
    launch: effect('launch'),
    connect: effect('connect'),
    boot: effect('boot'),
    probe: effect('probe'),
    pause: effect('pause'),
    resume: effect('resume'),
    suspend: effect('suspend'),
    weigh: effect('weigh'),
    count: effect('count'),
    resize: effect('resize'),
    note: effect('note'),
    ask: effect('ask'),
    press: effect('press'),
    quit: effect('quit'),
    terminate: effect('terminate'),
    kill: effect('kill'),
    capture: effect('capture'),
    reap: effect('reap'),
    watch,
  },
  actions: {
    desire: assign(({ context, event }) => (event.type === 'desired.changed' ? runStart.desire(context, event.desired) : {})),
    noteWaiting: assign(({ event }) => (event.type === 'effect.waiting' ? { problem: event.problem } : {})),
    observed: assign(({ context, event }) => (isObservation(event) ? observed(context, event) : {})),
    adopt: assign(({ context }, finding: Finding) => found.adopt(context, finding)),
    foundEnded: assign(({ context }, finding: Finding) => found.foundEnded(context, finding)),
    rememberLastRun: assign(({ context }, finding: Finding) => found.rememberLastRun(context, finding)),
    noteFinding: assign((_, finding: Finding) => (finding.presence === 'unknown' ? { problem: found.unseen(finding.why) } : {})),
    noteDeadline: assign((_, message: string) => ({ problem: { reason: 'DEADLINE', message, retryable: true } })),
    noteAwake: assign({ problem: answers.awake }),
    noteWaking: assign(({ context: { wakings } }) => ({ wakings: wakings + 1 })),
    noteUnkillable: assign(({ context }) => runEnd.noteUnkillable(context)),
    acceptPlan: assign(({ context }, plan: PlanFacts) => runStart.acceptPlan(context, plan)),
    beginIncarnation: assign(({ context }) => runStart.beginIncarnation(context)),
    anchorLaunched: assign(({ context }, anchor: AnchorFacts) => runStart.anchorLaunched(context, anchor)),
    channelOpened: assign(({ context }, runState: RunState) => answers.channelOpened(context, runState)),
    openChannel: assign({ seenSinceAsked: false, channel: 'none' }),
    askRunState: assign({ seenSinceAsked: false }),
    askMemory: assign({ memorySeen: false }),
    weighed: assign((_, memoryChange: MemoryChange) => ({ memoryChange, reckoned: false })),
    reckoned: assign(({ context }) => answers.reckoned(context)),
    leaveReckoned: assign({ reckoned: true }),
    resized: assign(({ context }) => answers.resized(context)),
    answeredRunState: assign(({ context }, runState: RunState) => answers.answeredRunState(context, runState)),
    failedBy: assign(({ context }, failure: { cause: EndCause; error: unknown }) => runEnd.failedBy(context, failure)),
    endedByDeadline: assign(({ context }, end: { cause: EndCause; message: string }) => runEnd.endedByDeadline(context, end)),
    noteProblem: assign((_, { error }: { error: unknown }) => ({ problem: problemOf(error) })),
    noteReleaseProblem: assign(({ context }, failure: { error: unknown }) => runEnd.noteReleaseProblem(context, failure)),
    noteUnconfirmed: assign((_, why: unknown) => answers.noteUnconfirmed(why)),
    confirmed: assign(({ context }) => answers.confirmed(context)),
    clearProblem: assign({ problem: null }),
    beginEnd: assign(({ context }) => runEnd.beginEnd(context)),
    climb: assign(({ context }, to: Rung) => runEnd.climb(context, to)),
    keepEvidence: assign(({ context }, kept: DomainEffects['capture']['output']) => runEnd.keepEvidence(context, kept)),
    endedByRung: assign(({ context }) => runEnd.endedByRung(context)),
    doubtExit: assign(runEnd.doubtExit),
    concludeRun: assign(({ context }) => runEnd.concludeRun(context)),
    forgiveFailures: assign({ failures: 0 }),
  },
  guards: {
    isPresent: (_, finding: Finding) => finding.presence === 'present',
    isUnknown: (_, finding: Finding) => finding.presence === 'unknown',
    isUnreaped: (_, finding: Finding) => finding.presence === 'absent' && finding.unreaped !== null,
    isRemoved: guard(when.isRemoved),
    wantsHalted: guard(when.wantsHalted),
    wantsPaused: guard(when.wantsPaused),
    wantsRunning: guard(when.wantsRunning),
    wantsBoot: guard(when.wantsBoot),
    wantsAwake: guard((context) => when.wantsRunning(context) || when.wantsPaused(context)),
    wantsStart: guard(when.wantsStart),
    isOver: guard(when.isOver),
    isOverByFailure: guard(when.isOverByFailure),
    wasFailing: guard(when.wasFailing),
    hasNewGeneration: guard(when.hasNewGeneration),
    planIsOutdated: guard(when.planIsOutdated),
    mustEnd: guard(when.mustEnd),
    anchorIsGone: guard(when.anchorIsGone),
    guestIsOff: guard(when.guestIsOff),
    guestRan: guard(when.guestRan),
    ranUnconfirmed: ({ context }, error: unknown) => when.guestRan(context) && !namesField(error),
    channelIsLost: guard(when.channelIsLost),
    canAsk: guard(when.canAsk),
    canPress: guard(when.canPress),
    canQuit: guard(when.canQuit),
    canTerminate: guard(when.canTerminate),
    leavesEvidence: guard(when.leavesEvidence),
    startsAtOnce: guard(when.startsAtOnce),
    restartsByPolicy: guard(when.restartsByPolicy),
    endedByItself: guard(when.endedByItself),
    mayTryAgain: guard(when.mayTryAgain),
    isPrelaunch: ({ context }) => context.runState === 'prelaunch',
    isWell: guard(when.isWell),
    isUnwell: guard((context) => !when.isWell(context)),
    isHung: guard(when.isHung),
    canPause: guard(when.canPause),
    canSuspend: guard(when.canSuspend),
    cannotSuspend: guard((context) => !when.canSuspend(context)),
    isAsleep: guard(when.isAsleep),
    isAsleepAsWanted: guard(when.isAsleepAsWanted),
    isNotAsleepAsWanted: guard((context) => !when.isAsleepAsWanted(context)),
    isAsleepUnasked: guard(when.isAsleepUnasked),
    mustWake: guard(when.mustWake),
    hasWoken: guard(when.hasWoken),
    isUndisturbed: (_, error: unknown) => problemOf(error).retryable,
    canResize: guard(when.canResize),
    needsMore: (_, change: MemoryChange) => needsMore(change),
    leavesMemory: ({ context }, change: MemoryChange) => leavesAsIs(change, context.memory),
    hasItsMemory: guard(when.hasItsMemory),
    gaveBack: ({ context }, held: number) => context.memoryChange !== null && gaveBack(context.memoryChange, held),
    isNotPaused: guard((context) => !when.isPausedAsWanted(context)),
    isPausedAsWanted: guard(when.isPausedAsWanted),
    isPausedUnasked: guard(when.isPausedUnasked),
    nothingRan: (_, error: unknown) => saysThatNothingRan(error),
    wantsUp: guard((context) => !when.wantsHalted(context)),
    isStoppedByIoError: guard(when.isStoppedByIoError),
    isNotStoppedByIoError: guard((context) => !when.isStoppedByIoError(context)),
  },
  delays: domainDelays,
});

function isObservation(event: DomainEvent): event is DomainObservation {
  return 'incarnation' in event;
}
