import { planDocuments, readState } from '../../index.js';
import { loadDocuments, reportMistakes } from '../documents.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonValue } from '../text/json.js';
import { planProblems, planText } from '../views/plan-view.js';

export interface PlanCommandOptions {
  readonly orphans: 'report' | 'reap';
  readonly devices: boolean;
}

/** `windlass plan`: what `up` would do with these documents. Needs no lock. */
export async function plan(invocation: Invocation, paths: readonly string[], { devices, orphans }: PlanCommandOptions): Promise<ExitCode> {
  const { json, paint, terminal } = invocation;
  const result = await loadDocuments(invocation, paths);
  if (!result.ok) {
    reportMistakes(invocation, result.problems);
    return exitCodes.problems;
  }
  const stateDirectory = stateDirectoryOf(invocation);
  const { domains, engine } = await readState(stateDirectory);
  const supervised = new Set(engine === null ? [] : domains.map(({ name }) => name));
  const planned = await planDocuments({ stateDirectory, documents: result.documents, removes: (name) => orphans === 'reap' || supervised.has(name) });
  const ok = planned.problems.length === 0;
  if (json) terminal.out(jsonValue({ ok, engine, ...planned }));
  else terminal.out(planText({ ...planned, engine }, { paint, width: terminal.size()?.columns, devices }));
  terminal.err(planProblems(planned.problems));
  return ok ? exitCodes.done : exitCodes.problems;
}
