import { builtInAdapters, hostPorts } from '../../index.js';
import { surveyHost } from '../doctor/survey.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonValue } from '../text/json.js';
import { doctorText } from '../views/doctor-view.js';

/** `windlass doctor`: what this host can run, why not, and what mends it. */
export async function doctor(invocation: Invocation): Promise<ExitCode> {
  const { json, paint, terminal } = invocation;
  await using ports = hostPorts();
  const survey = await surveyHost(ports, builtInAdapters, stateDirectoryOf(invocation));
  const ok = survey.hypervisors.some(({ usable }) => usable);
  if (json) terminal.out(jsonValue({ ok, ...survey }));
  else terminal.out(doctorText(survey, paint));
  return ok ? exitCodes.done : exitCodes.problems;
}
