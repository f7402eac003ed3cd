/** Conditions are worked out anew from the machine's facts each time: one that no longer holds cannot stick. */
import type { DomainContext } from '../machines/domain/context.js';
import { isOver, planIsOutdated, wantsHalted } from '../machines/domain/guards.js';
import type { Condition, Phase } from './status.js';

export interface MachineView {
  readonly phase: Phase;
  readonly state: string;
  readonly degraded: boolean;
  readonly context: DomainContext;
}

type Bare = Omit<Condition, 'since'>;

export function conditionsOf(view: MachineView): readonly Bare[] {
  return [asDesired(view), ready(view), anchorPresent(view), degraded(view), ...restartRequired(view), ...crashLoop(view)];
}

/** Is the domain where its document, or its restart policy, wants it to be? */
export function isAsDesired({ context, phase, state }: MachineView): boolean {
  const { desired } = context;
  if (desired.removed) return phase === 'gone';
  if (phase === 'halted') return wantsHalted(context) || isOver(context);
  if (desired.power === 'running') return state === 'anchored.running.healthy';
  if (desired.power === 'suspended') return state === 'anchored.running.suspended';
  return state === 'anchored.running.paused' || state === 'anchored.device-model-ready.ready';
}

function asDesired(view: MachineView): Bare {
  const { context, phase } = view;
  if (!isAsDesired(view)) {
    const reason = phase === 'failed' ? (context.lastEnd?.cause ?? 'failed') : phase;
    return { type: 'AsDesired', status: 'False', reason: camel(reason), message: explain(view) };
  }
  const completed = phase === 'halted' && !wantsHalted(context);
  return completed
    ? { type: 'AsDesired', status: 'True', reason: 'Completed', message: context.lastEnd?.message ?? 'the guest ended by itself' }
    : { type: 'AsDesired', status: 'True', reason: 'AsDesired', message: `as generation ${context.desired.generation} asks` };
}

function explain({ context, phase }: MachineView): string {
  if (context.problem !== null) return context.problem.message;
  const end = context.end ?? context.lastEnd;
  if ((phase === 'failed' || phase === 'backoff') && end !== null) return end.message;
  return `wanted ${context.desired.removed ? 'gone' : context.desired.power}, is ${phase}`;
}

function ready({ phase, state }: MachineView): Bare {
  const holds = phase === 'running' && state === 'anchored.running.healthy';
  return { type: 'Ready', status: holds ? 'True' : 'False', reason: holds ? 'ProbeHeld' : camel(phase), message: holds ? 'the guest runs' : `the domain is ${phase}` };
}

function anchorPresent({ context, phase, state }: MachineView): Bare {
  if (phase === 'observing' && state !== 'anchored.adopting.adopted' && context.anchor === null)
    return { type: 'AnchorPresent', status: 'Unknown', reason: 'Observing', message: context.problem?.message ?? 'the host is being asked' };
  if (context.anchor !== null && context.exit === null)
    return { type: 'AnchorPresent', status: 'True', reason: 'ProcessAlive', message: `pid ${context.anchor.pid}` };
  if (state.startsWith('anchored.'))
    return { type: 'AnchorPresent', status: 'Unknown', reason: 'Unconfirmed', message: 'the anchor is being started or its end confirmed' };
  return { type: 'AnchorPresent', status: 'False', reason: 'Absent', message: 'no anchor process' };
}

function degraded({ context, degraded: tagged }: MachineView): Bare {
  const { unresponsive } = context;
  const problem = context.problem ?? (unresponsive === null ? null : { reason: 'GUEST_UNRESPONSIVE', message: unresponsive });
  if (tagged || problem !== null)
    return { type: 'Degraded', status: 'True', reason: problem?.reason ?? 'NotAsDesired', message: problem?.message ?? 'see AsDesired' };
  return { type: 'Degraded', status: 'False', reason: 'Well', message: '' };
}

function restartRequired({ context }: MachineView): readonly Bare[] {
  const waits = context.anchor !== null && context.desired.onChange === 'defer' && planIsOutdated(context);
  return waits
    ? [{ type: 'RestartRequired', status: 'True', reason: 'Deferred', message: `generation ${context.desired.generation} waits for the next start` }]
    : [];
}

/** Failed runs in a row, none of them stable, from which on it is a loop: two can be bad luck. */
const loops = 3;

function crashLoop({ context: { failures, lastEnd } }: MachineView): readonly Bare[] {
  if (failures < loops || lastEnd === null) return [];
  return [{ type: 'CrashLoop', status: 'True', reason: camel(lastEnd.cause), message: `${failures} runs in a row failed, the last of them: ${lastEnd.message}` }];
}

function camel(words: string): string {
  return words.replace(/(^|-)([a-z])/g, (_, _dash: string, letter: string) => letter.toUpperCase());
}
