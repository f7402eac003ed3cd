/** Which scenarios the engine can be led through: the model knows moments that this host, or an engine that keeps its promises, does not have. */
import type { TraceStep } from '../model/explore.js';

/** Why a scenario cannot be played, or undefined. */
export function obstacleTo(trace: readonly TraceStep[]): string | undefined {
  if (trace[0]?.what === 'document: removed') return 'it begins without a document';
  for (const [index, { what }] of trace.entries()) {
    const before = trace[index - 1]?.state;
    if (/memory/.test(what)) return `step ${index + 1} needs a hypervisor that changes the memory of a living guest`;
    if (/abandoned (?:release|plan)/.test(what)) return `step ${index + 1} breaks a promise that this engine keeps`;
    if (what === 'launch fails after the start') return `step ${index + 1} needs a disk that fails between the start of a process and its record`;
    if (what === 'crashes and starts again' && before === 'anchored.device-model-ready.launching' && lastOfLaunch(trace, index) === 'launch has started the process')
      return `step ${index + 1} crashes between the start of a process and its record, where this host cannot be stopped`;
    if (what === 'crashes and starts again' && cameBack(trace.slice(0, index)))
      return `step ${index + 1} crashes when a document has come back that went while its run was being ended: on record is that it never went, and the model remembers`;
    if (what !== exited) continue;
    const life = sinceTheEngineBegan(trace, index);
    // Between two tries to connect nobody looks; the next one does.
    if (before === 'anchored.adopting.silent' || !knowsItsEnd(life)) return `step ${index + 1} tells what the engine sees only as it connects, or ends it by a signal`;
    // Whether a reaping is refused or not: what is certain is told once, and what is doubted then is killed, which confirms it.
    if (life.some((step) => step.what === exited)) return `step ${index + 1} tells again what the engine tells once`;
  }
  return undefined;
}

const exited = 'tells that the anchor exited';

/** Only while a run is being ended is another document not put on record. */
function cameBack(before: readonly TraceStep[]): boolean {
  const began = before.findLastIndex(({ state }) => !state.startsWith('anchored.halting')) + 1;
  const last = (steps: readonly TraceStep[]): string | undefined => steps.findLast(({ what }) => what.startsWith('document'))?.what;
  const now = last(before.slice(began));
  return now !== undefined && now === last(before.slice(0, began));
}

/** Of the present engine, and of its present run. */
function sinceTheEngineBegan(trace: readonly TraceStep[], end: number): readonly TraceStep[] {
  const before = trace.slice(0, end);
  return before.slice(before.findLastIndex(({ what }) => what === 'crashes and starts again' || what === 'launch orders the process') + 1);
}

/** Of its own child an engine is told by the kernel, of another's by the end of the channel that it has opened. */
function knowsItsEnd(life: readonly TraceStep[]): boolean {
  return life.some(({ what }) => what === 'launch has started the process' || what === 'connect has opened the channel');
}

function lastOfLaunch(trace: readonly TraceStep[], end: number): string | undefined {
  return trace.slice(0, end).findLast(({ what }) => what.startsWith('launch '))?.what;
}
