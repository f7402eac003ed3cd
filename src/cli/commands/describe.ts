import { readState, readUsage } from '../../index.js';
import { findDomain } from '../domains/find.js';
import { keptEvents } from '../domains/journal.js';
import { pathsOf } from '../domains/paths.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonValue } from '../text/json.js';
import { domainText } from '../views/domain-view.js';

/** Events that are shown. */
const recent = 10;

/** `windlass describe`: all that is known of a domain. */
export async function describe(invocation: Invocation, name: string): Promise<ExitCode> {
  const { json, paint, terminal } = invocation;
  const reading = await readState(stateDirectoryOf(invocation));
  const { directory, status } = findDomain(reading, name);
  const [events, paths, usage] = await Promise.all([keptEvents(reading, name), pathsOf(directory), readUsage(stateDirectoryOf(invocation), name)]);
  const orphan = status === undefined ? (reading.orphans.find((one) => one.name === name) ?? null) : null;
  const description = { name, engine: reading.engine, domain: status ?? null, orphan, usage: usage ?? null, paths, events: events.slice(-recent) };
  if (json) terminal.out(jsonValue(description));
  else terminal.out(domainText(description, { paint, width: terminal.size()?.columns, now: Date.now() }));
  return exitCodes.done;
}
