import { chooseFunctions, type PassedFunction, type PassthroughChoice } from '../device-model/passthrough/choose-functions.js';
import { groupText } from '../device-model/passthrough/isolation-groups.js';
import type { Claim } from './contract/claim.js';
import type { PlanRequest } from './contract/plan.js';

export interface PlannedPassthrough extends PassthroughChoice {
  /** Every function of the groups, so that no other domain gets a part of one, and every disk that goes with them. */
  readonly claims: readonly Claim[];
}

/** What `spec.pci` means on this host, the same for every adapter. */
export function planPassthrough({ document, pci = { functions: [], unknown: [] } }: Pick<PlanRequest, 'document' | 'pci'>): PlannedPassthrough {
  const choice = chooseFunctions(document.spec.pci, pci);
  const claims = new Map<string, Claim>();
  const claim = (kind: Claim['kind'], id: string, field: string): void => {
    if (!claims.has(`${kind} ${id}`)) claims.set(`${kind} ${id}`, { kind, id, mode: 'exclusive', field });
  };
  for (const { field, function: passed, siblings } of choice.passed) {
    for (const { address, storage } of [passed, ...siblings]) {
      claim('pci', address, field);
      // Another domain may have such a disk as its image, and no kernel tells of that.
      for (const { name } of storage) claim('image', `/dev/${name}`, field);
    }
  }
  return { ...choice, claims: [...claims.values()] };
}

/** Continues the sentence that says why a function is served as it is: which others of its group nobody gets meanwhile. Empty where there are none. */
export function keptBackText({ group, siblings }: PassedFunction): string {
  if (siblings.length === 0) return '';
  const [shares, are] = siblings.length === 1 ? ['shares', 'is'] : ['share', 'are'];
  return `; ${siblings.map(({ address }) => address).join(', ')} ${shares} ${groupText(group)} with it, and ${are} kept back`;
}
