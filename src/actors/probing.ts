/** The readiness probe: how it is seen that a guest is ready. The machine holds the deadline. */
import { consoleOfRun } from '../anchors/console-of-run.js';
import { WindlassError } from '../errors.js';
import type { EffectInput } from '../machines/domain/events.js';
import type { DomainActors } from './domain-actors.js';
import { effect } from './effect.js';
import { becomeReady, type DomainHandles, type DomainWorld } from './world.js';

/** Milliseconds between two looks. A guest's port and its console's text have no event that the host could give. */
const again = 50;

/** Bytes of the console that a pattern is looked for in. */
const consoleTail = 65_536;

export function probeActor(world: DomainWorld): DomainActors['probe'] {
  return effect<undefined, EffectInput>(world, async ({ input: { name }, signal }) => {
    const handles = world.handles(name);
    const { home, wanted } = handles;
    const probe = wanted?.document.spec.probes.ready;
    becomeReady(handles, false);
    const { clock, files, sockets } = world.ports;
    const holds = async (): Promise<boolean> => {
      if (probe === undefined || home === undefined || 'runState' in probe) return true;
      if ('tcp' in probe) return sockets.tcpReachable(probe.tcp.address, probe.tcp.port, signal);
      if ('console' in probe) return matchesLine(await consoleOfRun(files, home.layout, consoleTail), new RegExp(probe.console.pattern, 'u'));
      if ('guestAgent' in probe) return agentAnswers(handles, signal);
      throw new WindlassError('PROBE_UNSERVED', 'this readiness probe is not served yet', { domain: name, field: 'spec.probes.ready' });
    };
    while (!(await holds())) await clock.sleep(again, signal);
    if (!signal.aborted) becomeReady(handles, true);
  });
}

/** The probe may have come after the launch, to an anchor that has no way to an agent until its next start: then it asks nothing of the guest. */
async function agentAnswers({ session }: DomainHandles, signal: AbortSignal): Promise<boolean> {
  // Whose session is lost is asked again over the next one.
  if (session === undefined) return false;
  return (await session.agentAnswers?.(signal)) ?? true;
}

/** Line by line and bounded: the guest writes the text, and must not be able to make the pattern slow. */
function matchesLine(text: string, pattern: RegExp): boolean {
  return text.split(/\r?\n/).some((line) => pattern.test(line.slice(0, 512)));
}
