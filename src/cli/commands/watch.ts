import { followEvents, readState } from '../../index.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import { catchInterrupts } from '../interrupts.js';
import type { Invocation } from '../invocation.js';
import { countOption } from '../option-values.js';
import { stateDirectoryOf } from '../state-directory.js';
import { jsonLine } from '../text/json.js';
import { eventLine } from '../views/event-line.js';
import { stateText } from '../views/state-view.js';

/** `windlass watch`: how things stand, then each event as it is journalled by whichever engine runs. */
export async function watch(invocation: Invocation, names: readonly string[], options: { readonly since?: string }): Promise<ExitCode> {
  const { json, paint, terminal } = invocation;
  using interrupts = catchInterrupts();
  const stateDirectory = stateDirectoryOf(invocation);
  const asked = new Set(names);
  const concerns = (name: string | undefined): boolean => asked.size === 0 || (name !== undefined && asked.has(name));
  let since = options.since === undefined ? undefined : countOption('--since', options.since);
  if (since === undefined) {
    const reading = await readState(stateDirectory);
    // A name may be of a domain that is yet to come.
    const shown = { ...reading, domains: reading.domains.filter(({ name }) => concerns(name)), orphans: reading.orphans.filter(({ name }) => concerns(name)) };
    terminal.out(json ? jsonLine({ type: 'snapshot', ...shown }) : stateText(shown, { paint, width: terminal.size()?.columns, wide: false, now: Date.now() }));
    since = reading.sequence;
  }
  for await (const event of followEvents(stateDirectory, { since, signal: interrupts.signal })) {
    if (concerns(event.subject)) terminal.out(json ? jsonLine(event) : `${eventLine(event, paint)}\n`);
  }
  // Told to end: that is how a watch ends. Without, the state directory was removed.
  interrupts.signal.throwIfAborted();
  return exitCodes.done;
}
