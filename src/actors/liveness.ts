/**
 * Liveness checks: asked again and again whether the guest still answers. A guest that hangs has no event by which the host could tell,
 * so it is polled, at the interval that its document sets, and not at all where the document has no check. What follows from a failure
 * the machine decides.
 */
import { distinctUntilChanged, map, Observable, of, skipWhile, startWith, switchMap } from 'rxjs';
import type { LivenessProbe } from '../documents/domain-spec.js';
import type { Observation } from '../machines/observations.js';
import type { DomainHandles, DomainWorld } from './world.js';

type Liveness = Extract<Observation, { readonly type: 'guest.unresponsive' | 'guest.responsive' }>;

/** Tells when the guest begins to count as hung, and when it no longer does. Follows the document as it changes. */
export function livenessOf(world: DomainWorld, name: string): Observable<Liveness> {
  const handles = world.handles(name);
  return handles.changed.pipe(
    startWith(undefined),
    map(() => (handles.ready ? handles.wanted?.document.spec.probes.live : undefined)),
    skipWhile((probe) => probe === undefined),
    distinctUntilChanged((one, other) => JSON.stringify(one) === JSON.stringify(other)),
    switchMap((probe) => (probe === undefined ? of<Liveness>({ type: 'guest.responsive' }) : checks(world, handles, probe))),
  );
}

function checks(world: DomainWorld, handles: DomainHandles, probe: LivenessProbe): Observable<Liveness> {
  return new Observable((subscriber) => {
    const over = new AbortController();
    // It ends by being aborted only.
    void check(world, handles, probe, over.signal, (seen) => subscriber.next(seen)).catch((thrown: unknown) => {
      if (!over.signal.aborted) subscriber.error(thrown);
    });
    return () => over.abort();
  });
}

async function check(world: DomainWorld, handles: DomainHandles, probe: LivenessProbe, signal: AbortSignal, tell: (seen: Liveness) => void): Promise<never> {
  /** Since the last one that held. Undefined before the first: what an earlier check told of may still stand. */
  let failed: number | undefined;
  // Who puts itself to sleep is not hung, and what was told of it stands no longer: the machine sees it so, too.
  const sleeping = handles.seen.subscribe((seen) => {
    if (seen.type === 'guest.state' && seen.state === 'suspended') failed = 0;
  });
  signal.addEventListener('abort', () => sleeping.unsubscribe(), { once: true });
  // A guest that does not run answers nobody, and that says nothing about it.
  const runs = (): boolean => handles.session?.latestState() === 'running';
  for (;;) {
    await world.ports.clock.sleep(probe.interval, signal);
    if (!runs()) continue;
    const held = await answers(world, handles, probe, signal);
    signal.throwIfAborted();
    if (held === false && !runs()) continue;
    if (held === undefined) {
      // Nobody asks the guest now: what another check told of it stands no longer.
      if (failed === undefined) tell({ type: 'guest.responsive' });
      failed = 0;
      continue;
    }
    if (held && failed !== 0) tell({ type: 'guest.responsive' });
    failed = held ? 0 : (failed ?? 0) + 1;
    if (failed === probe.failures) tell({ type: 'guest.unresponsive', reason: `${failed} liveness checks in a row failed: ${inWords(probe)}` });
  }
}

/** One check, within its timeout. Undefined where there is nobody to ask: the check may have come after the launch, and the way to an agent comes with the next. */
async function answers({ ports: { clock, sockets } }: DomainWorld, { session }: DomainHandles, { check: wanted, timeout }: LivenessProbe, signal: AbortSignal): Promise<boolean | undefined> {
  // The others are refused when they are planned.
  if ('vsock' in wanted) return true;
  const late = new AbortController();
  const settled = new AbortController();
  void clock.sleep(timeout, AbortSignal.any([signal, settled.signal])).then(
    () => late.abort(),
    () => undefined,
  );
  try {
    const within = AbortSignal.any([signal, late.signal]);
    if ('tcp' in wanted) return await sockets.tcpReachable(wanted.tcp.address, wanted.tcp.port, within);
    return await session?.agentAnswers?.(within);
  } finally {
    settled.abort();
  }
}

function inWords({ check: wanted, timeout }: LivenessProbe): string {
  return 'tcp' in wanted ? `no TCP connection to ${wanted.tcp.address} port ${wanted.tcp.port} within ${timeout} ms` : `no answer of the guest agent within ${timeout} ms`;
}
