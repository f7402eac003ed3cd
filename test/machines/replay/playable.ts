/** Which scenarios the engine can be led through: the model knows moments that this host, or an engine that keeps its promises, does not have. */
import type { TraceStep } from '../model/explore.js';

/** Why a scenario cannot be played, or undefined. */
export function obstacleTo(trace: readonly TraceStep[]): string | undefined {
  if (trace[0]?.what === 'document: removed') return 'it begins without a document';
  for (const [index, { what }] of trace.entries()) {
    const before = trace[index - 1]?.state;
    if (/abandoned (?:release|plan)/.test(what)) return `step ${index + 1} breaks a promise that this engine keeps`;
    if (what === 'launch fails after the start') return `step ${index + 1} needs a disk that fails between the start of a process and its record`;
    if (what === 'crashes and starts again' && before === 'anchored.device-model-ready.launching' && lastOfLaunch(trace, index) === 'launch has started the process')
      return `step ${index + 1} crashes between the start of a process and its record, where this host cannot be stopped`;
    // Between two tries to connect nobody looks; the next one does.
    if (what === 'tells that the anchor exited' && before === 'anchored.adopting.silent') return `step ${index + 1} tells what the engine sees only as it connects`;
  }
  return undefined;
}

function lastOfLaunch(trace: readonly TraceStep[], end: number): string | undefined {
  return trace.slice(0, end).findLast(({ what }) => what.startsWith('launch '))?.what;
}
