import type { StateReading } from '../../index.js';
import { readState } from '../../index.js';
import { findDomain } from '../domains/find.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonValue } from '../text/json.js';
import { stateText } from '../views/state-view.js';

/** `windlass get`: the domains of a state directory, as they are now. */
export async function get(invocation: Invocation, names: readonly string[]): Promise<ExitCode> {
  const { output, paint, terminal } = invocation;
  const reading = only(await readState(stateDirectoryOf(invocation)), names);
  if (output === 'json') terminal.out(jsonValue(reading));
  else if (output === 'name') terminal.out(reading.domains.map(({ name }) => `${name}\n`).join(''));
  else terminal.out(stateText(reading, { paint, width: terminal.size()?.columns, wide: output === 'wide', now: Date.now() }));
  return exitCodes.done;
}

/** The part of a reading that speaks of these domains; of all, where none is named. Throws DOMAIN_UNKNOWN. */
export function only(reading: StateReading, names: readonly string[]): StateReading {
  if (names.length === 0) return reading;
  for (const name of names) findDomain(reading, name);
  const asked = new Set(names);
  return { ...reading, domains: reading.domains.filter(({ name }) => asked.has(name)), orphans: reading.orphans.filter(({ name }) => asked.has(name)) };
}
