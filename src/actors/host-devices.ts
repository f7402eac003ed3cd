/**
 * Devices of the host that a domain gets for itself: taken from the host before the launch, all or none, and given back after the end. The
 * engine's own judgement stands before every taking: since the plan was made, the host may have begun to use what was free then.
 */
import type { DomainDocument } from '../documents/domain-spec.js';
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import type { Claim } from '../hypervisor-adapters/contract/claim.js';
import { planPassthrough } from '../hypervisor-adapters/passthrough.js';
import { problemOf } from '../machines/domain/problem.js';
import type { DomainHandles, DomainWorld, NotGivenBack, PlacedDomain } from './world.js';

/** Whose devices: a placed domain, or the anchor that had them. */
type Holder = Pick<PlacedDomain, 'adapter' | 'layout'>;

interface Work {
  readonly claims: readonly Claim[];
  readonly signal: AbortSignal;
}

/**
 * Rejects with the problem that a plan would tell now, with DEVICES_CHANGED, or with the signal's reason, and then nothing was taken; or as the
 * adapter does, and then the release that follows a failed preparation gives back what was.
 */
export async function takeHostDevices(ports: Ports, { deviceTurns }: DomainHandles, { adapter, layout, plan, wanted }: PlacedDomain, signal: AbortSignal): Promise<void> {
  await deviceTurns(async () => {
    signal.throwIfAborted();
    await assertFree(ports, wanted.document, plan.claims);
    await adapter.takeDevices?.(ports, plan.claims, layout);
  })(undefined);
}

/** Milliseconds; well within those that an end and a release have. A driver of the host takes most devices back in less than one second. */
const patience = 3_000;

/**
 * Resolves once the host has them again; or to what has not come back, where that fails or takes too long: no run is kept from its end by it, and
 * whoever ends it hands that on. Rejects with the signal's reason before anything is done.
 */
export async function giveBackHostDevices({ ports, underWay: effects }: Pick<DomainWorld, 'ports' | 'underWay'>, { deviceTurns }: DomainHandles, holder: Holder, { claims, signal }: Work): Promise<NotGivenBack | undefined> {
  const functions = claims.filter(({ kind }) => kind === 'pci');
  if (functions.length === 0 || holder.adapter.giveBackDevices === undefined) return undefined;
  const working = deviceTurns(async () => {
    // Too late, and another preparation may have taken them again.
    signal.throwIfAborted();
    await holder.adapter.giveBackDevices?.(ports, functions, holder.layout);
  })(undefined);
  // No other engine may have the state directory before it is over.
  const underWay: Promise<void> = working.catch(() => undefined).then(() => void effects.delete(underWay));
  effects.add(underWay);
  const giveUp = new AbortController();
  const late = ports.clock.sleep(patience, giveUp.signal).then(() => 'late' as const);
  try {
    if ((await Promise.race([working, late])) !== 'late') return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return { claims: functions, problem: problemOf(error), underWay };
  } finally {
    giveUp.abort();
    await late.catch(() => undefined);
  }
  const message = `the host has not taken ${functionsIn(functions)} back after ${patience / 1_000} s; it is waited for`;
  return { claims: functions, problem: { reason: 'DEVICES_NOT_GIVEN_BACK', message, retryable: true }, underWay };
}

async function assertFree(ports: Ports, document: DomainDocument, claims: readonly Claim[]): Promise<void> {
  if (document.spec.pci.length === 0) return;
  const now = planPassthrough({ document, pci: await ports.pci.survey() });
  const [problem] = now.problems;
  if (problem !== undefined) {
    const { code, cure, field } = problem;
    const message = now.problems.map((one) => `${one.field}: ${one.message}`).join('; ');
    throw new WindlassError(code, message, { field, retryable: true, ...(cure === undefined ? {} : { cure }) });
  }
  if (functionsIn(now.claims) === functionsIn(claims)) return;
  throw new WindlassError('DEVICES_CHANGED', `the plan was made for ${functionsIn(claims)}, and the document means ${functionsIn(now.claims)} now`, { field: 'spec.pci', retryable: true });
}

function functionsIn(claims: readonly Claim[]): string {
  return claims.flatMap(({ id, kind }) => (kind === 'pci' ? [id] : [])).sort().join(', ');
}
