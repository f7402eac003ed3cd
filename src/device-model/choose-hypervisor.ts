import type { DomainSpec, HypervisorName } from '../documents/domain-spec.js';

/** The part of a hypervisor's facts that the choice depends on; `HypervisorFacts` of the adapter contract has it. */
export interface HypervisorCandidate {
  readonly usable: boolean;
  readonly reason?: string;
  readonly acceleration: { readonly usable: boolean; readonly name: string; readonly reason: string };
}

/** A hypervisor that was passed over. */
interface Rejection {
  readonly hypervisor: HypervisorName;
  readonly why: string;
}

/** Who runs the domain; `chosen` is undefined when nobody can, and `rejected` then says why of each. */
export interface HypervisorDecision {
  readonly chosen: HypervisorName | undefined;
  /** One sentence. */
  readonly why: string;
  readonly rejected: readonly Rejection[];
}

/** What hypervisors are worth when a document says `auto` and the node says nothing else. */
const defaultOrder: readonly HypervisorName[] = ['xen', 'qemu', 'firecracker', 'acrn', 'solo5', 'process'];

/** `auto` isolates: it never falls through to a mere process, and a unikernel tender must be asked for by name. */
const onlyByName: readonly HypervisorName[] = ['process', 'solo5'];

/**
 * Chooses by the document's order of preference, in which `auto` stands for the rest of `order`.
 *
 * A hypervisor qualifies when it was probed, is usable, and is accelerated where the document requires that. Under `prefer` the first
 * accelerated one wins, and only if there is none the first that qualifies.
 */
export function chooseHypervisor(
  spec: Pick<DomainSpec, 'hypervisor' | 'acceleration'>,
  factsByHypervisor: Partial<Readonly<Record<HypervisorName, HypervisorCandidate>>>,
  order: readonly HypervisorName[] = defaultOrder,
): HypervisorDecision {
  const rejected: Rejection[] = [];
  const qualified: { readonly hypervisor: HypervisorName; readonly facts: HypervisorCandidate }[] = [];
  for (const hypervisor of preferences(spec.hypervisor, order)) {
    const facts = factsByHypervisor[hypervisor];
    const why = facts === undefined ? 'this engine has no adapter for it' : objection(facts, spec.acceleration);
    if (facts === undefined || why !== undefined) rejected.push({ hypervisor, why: why ?? '' });
    else qualified.push({ hypervisor, facts });
  }
  const accelerated = spec.acceleration === 'prefer' ? qualified.find(({ facts }) => facts.acceleration.usable) : undefined;
  const winner = accelerated ?? qualified[0];
  if (winner === undefined) return { chosen: undefined, why: 'no hypervisor that the document allows can run it here', rejected };
  const passedOver = qualified
    .slice(0, qualified.indexOf(winner))
    .map(({ hypervisor, facts }) => ({ hypervisor, why: `it is not accelerated here: ${facts.acceleration.reason}` }));
  return { chosen: winner.hypervisor, why: reasonFor(winner, spec), rejected: [...rejected, ...passedOver] };
}

function preferences(asked: DomainSpec['hypervisor'], order: readonly HypervisorName[]): readonly HypervisorName[] {
  const named = asked.filter((choice) => choice !== 'auto');
  if (!asked.includes('auto')) return named;
  return [...named, ...order.filter((hypervisor) => !named.includes(hypervisor) && !onlyByName.includes(hypervisor))];
}

function objection(facts: HypervisorCandidate, acceleration: DomainSpec['acceleration']): string | undefined {
  if (!facts.usable) return facts.reason ?? 'it is not usable on this host';
  if (acceleration === 'require' && !facts.acceleration.usable) return `acceleration is required: ${facts.acceleration.reason}`;
  return undefined;
}

function reasonFor(
  winner: { readonly hypervisor: HypervisorName; readonly facts: HypervisorCandidate },
  spec: Pick<DomainSpec, 'hypervisor' | 'acceleration'>,
): string {
  const { hypervisor, facts } = winner;
  const place = spec.hypervisor.includes(hypervisor) ? `${hypervisor} is named by the document` : `${hypervisor} is the node's first choice that can run it`;
  if (spec.acceleration === 'none') return `${place}, and acceleration is not wanted`;
  return facts.acceleration.usable ? `${place}, accelerated by ${facts.acceleration.name}` : `${place}, without acceleration: ${facts.acceleration.reason}`;
}
