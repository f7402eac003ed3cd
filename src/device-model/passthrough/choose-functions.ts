/** Which PCI functions of the host a document means, what goes with them, and why it cannot have them. Pure. */
import type { PciSpec } from '../../documents/domain-spec.js';
import type { PciFunction, PciSurvey } from '../../effects/ports/pci.js';
import { hostNeeds, joinsBuses } from './host-needs.js';
import { groupText, type IsolationGroups, isolationGroups } from './isolation-groups.js';
import { type NamedFunctions, nameFunctions } from './name-functions.js';

/** A function that the guest gets. */
export interface PassedFunction {
  readonly function: PciFunction;
  /** `spec.pci[0]` */
  readonly field: string;
  /** Name of its isolation group. */
  readonly group: string;
  /** The others of its group that the guest is not shown, and nobody else gets meanwhile. Bridges between buses are not among them. */
  readonly siblings: readonly PciFunction[];
}

/** As the adapter contract has it. */
export interface PassthroughProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly cure?: string;
  /** It may be mended on the host, with the document as it is. */
  readonly retryable?: boolean;
}

export interface PassthroughChoice {
  /** Where the groups come from: only the kernel's say that an IOMMU is there. */
  readonly groups: IsolationGroups['source'];
  /** In the order of the document; those of a group by address. */
  readonly passed: readonly PassedFunction[];
  readonly problems: readonly PassthroughProblem[];
}

export function chooseFunctions(entries: readonly PciSpec[], survey: PciSurvey): PassthroughChoice {
  const groups = isolationGroups(survey.functions);
  const found = entries.map((entry, index) => nameFunctions(entry, `spec.pci[${index}]`, survey.functions, groups));
  const named = found.flatMap((one): NamedFunctions[] => ('functions' in one ? [one] : []));
  const problems = found.flatMap((one) => ('code' in one ? [one] : []));
  const shown = new Set(named.flatMap(({ functions }) => functions));
  const passed = named.flatMap(({ field, functions }) =>
    functions.map((one): PassedFunction => {
      const siblings = members(one, survey.functions, groups).filter((other) => !shown.has(other));
      return { function: one, field, group: groups.of.get(one.address) ?? one.address, siblings };
    }),
  );
  return { groups: groups.source, passed, problems: [...problems, ...twice(named), ...unisolated(passed, groups), ...inUse(passed), ...unknown(passed, survey)] };
}

/** All of its group, bridges between buses apart. */
function members(one: PciFunction, functions: readonly PciFunction[], groups: IsolationGroups): readonly PciFunction[] {
  const group = groups.of.get(one.address);
  return functions.filter((other) => group !== undefined && groups.of.get(other.address) === group && !joinsBuses(other));
}

function twice(named: readonly NamedFunctions[]): readonly PassthroughProblem[] {
  const owner = new Map<PciFunction, string>();
  return named.flatMap(({ field, functions }) =>
    functions.flatMap((one): PassthroughProblem[] => {
      const other = owner.get(one);
      owner.set(one, other ?? field);
      return other === undefined ? [] : [{ field, code: 'PLAN_FIELD_CONFLICT', message: `${one.address} is named by ${other} already`, cure: 'name it once' }];
    }),
  );
}

function unisolated(passed: readonly PassedFunction[], groups: IsolationGroups): readonly PassthroughProblem[] {
  return passed
    .filter(({ function: { address } }) => !groups.of.has(address))
    .map(({ field, function: { address } }) => ({ field, code: 'PLAN_DEVICE_UNISOLATED', message: `no IOMMU of this host stands before ${address}`, cure: 'choose another' }));
}

function inUse(passed: readonly PassedFunction[]): readonly PassthroughProblem[] {
  return eachOnce(passed, (one, { field, function: chosen, group }) => {
    const need = hostNeeds(one);
    if (need === undefined) return undefined;
    const message = one === chosen ? `${one.address} ${need.what}` : `${chosen.address} shares ${groupText(group)} with ${one.address}, and that ${need.what}`;
    return { field, code: 'PLAN_DEVICE_NEEDED', message, cure: need.cure ?? 'choose another', retryable: need.cure !== undefined };
  });
}

/** Unknown is not free. */
function unknown(passed: readonly PassedFunction[], survey: PciSurvey): readonly PassthroughProblem[] {
  const cure = 'run the engine where it may read them';
  const [first] = passed;
  if (first !== undefined && survey.unknown.length > 0) {
    return [{ field: first.field, code: 'PLAN_DEVICE_UNKNOWN', message: `whether the host uses ${first.function.address} cannot be told: ${survey.unknown.join('; ')}`, cure, retryable: true }];
  }
  return eachOnce(passed, (one, { field }) =>
    one.unknown.length === 0 ? undefined : { field, code: 'PLAN_DEVICE_UNKNOWN', message: `whether the host uses ${one.address} cannot be told: ${one.unknown.join('; ')}`, cure, retryable: true },
  );
}

/** All that would be taken, each once: for the entry that names it, or else the first of its group. */
function eachOnce(passed: readonly PassedFunction[], judge: (one: PciFunction, by: PassedFunction) => PassthroughProblem | undefined): readonly PassthroughProblem[] {
  const judged = new Set<PciFunction>();
  const pairs = [...passed.map((by) => [by.function, by] as const), ...passed.flatMap((by) => by.siblings.map((one) => [one, by] as const))];
  return pairs.flatMap(([one, by]) => {
    if (judged.has(one)) return [];
    judged.add(one);
    return judge(one, by) ?? [];
  });
}
