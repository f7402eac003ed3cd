import type { PlanProblem, PlanRequest } from '../../contract/plan.js';
import type { Part } from './part.js';

const field = 'spec.cpu.pinning';

/**
 * The CPUs of the host that a domain may run on. xl leaves out those that are not there, and if none remains the domain runs on all, with no
 * word about either: so they are looked for here.
 */
export function pinning({ cpus, document, facts }: Pick<PlanRequest, 'cpus' | 'document' | 'facts'>): Pick<Part, 'settings' | 'problems'> {
  const wanted = document.spec.cpu.pinning;
  if (wanted.length === 0) return { settings: [], problems: [] };
  return { settings: [{ key: 'cpus', value: cpuRanges(wanted), field }], problems: missing(wanted, cpus, facts.highestCpu ?? Infinity) };
}

/** A number beyond the last is never there; what else is missing may come back. */
function missing(wanted: readonly number[], cpus: PlanRequest['cpus'], highest: number): readonly PlanProblem[] {
  const beyond = wanted.filter((cpu) => cpu > highest);
  const others = `name some of ${cpus === undefined || 'unknown' in cpus ? `0-${highest}` : cpuRanges(cpus.usable)}`;
  return [...refusal(beyond, `this host has no CPU ${cpuRanges(beyond)}: its last is ${highest}`, others), ...unusable(wanted.filter((cpu) => cpu <= highest), cpus, others)];
}

function unusable(wanted: readonly number[], cpus: PlanRequest['cpus'], others: string): readonly PlanProblem[] {
  if (cpus === undefined) return [];
  if ('unknown' in cpus) {
    const message = `which CPUs guests of Xen run on cannot be told: ${cpus.unknown}`;
    return [{ field, code: 'PLAN_CPU_UNKNOWN', message, cure: 'see what "xl cpupool-list -c" says', retryable: true }];
  }
  const away = wanted.filter((cpu) => !cpus.usable.includes(cpu));
  return refusal(away, `guests of Xen do not run on CPU ${cpuRanges(away)}, which is offline or not in their pool`, `${others}, or give it back (xl cpupool-list -c, xl cpupool-cpu-add)`, true);
}

function refusal(cpus: readonly number[], message: string, cure: string, retryable = false): readonly PlanProblem[] {
  return cpus.length === 0 ? [] : [{ field, code: 'PLAN_CPU_MISSING', message, cure, ...(retryable ? { retryable } : {}) }];
}

/** `0-3,8` for sorted numbers: one set, in which all vCPUs may run. */
function cpuRanges(cpus: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const cpu of cpus) {
    const open = ranges.at(-1);
    if (open !== undefined && open[1] === cpu - 1) open[1] = cpu;
    else ranges.push([cpu, cpu]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
