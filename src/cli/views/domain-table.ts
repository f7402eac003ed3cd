/** Domains as a table. Pure. */
import type { DomainStatus, Phase } from '../../index.js';
import type { Style } from '../text/paint.js';
import { inBytes, inTime } from '../text/quantities.js';
import type { Column, TableOptions } from '../text/table.js';
import { table } from '../text/table.js';
import { condition, verdictOf } from './verdict.js';

export const phaseStyles: Readonly<Record<Phase, Style>> = {
  observing: 'yellow',
  pending: 'yellow',
  'device-model-ready': 'cyan',
  booting: 'cyan',
  running: 'green',
  halting: 'magenta',
  halted: 'dim',
  backoff: 'yellow',
  failed: 'red',
  gone: 'dim',
};

const name: Column<DomainStatus> = { title: 'NAME', cell: (status) => status.name, least: 8 };
const phase: Column<DomainStatus> = {
  title: 'PHASE',
  cell: (status) => phaseText(status),
  style: (status) => phaseStyles[status.phase],
};
const hypervisor: Column<DomainStatus> = {
  title: 'HYPERVISOR',
  cell: ({ placement }) => (placement === null ? '-' : `${placement.hypervisor}/${placement.accelerator}`),
};
const pid: Column<DomainStatus> = { title: 'PID', cell: ({ anchor }) => String(anchor?.pid ?? '-') };
const starts: Column<DomainStatus> = { title: 'STARTS', cell: ({ incarnation }) => String(incarnation) };
const note: Column<DomainStatus> = {
  title: 'NOTE',
  cell: (status) => verdictOf(status).note,
  style: (status) => (verdictOf(status).asDesired ? 'dim' : undefined),
  least: 8,
};

/** While things move: no column that changes by the mere passing of time. */
export function movingTable(statuses: readonly DomainStatus[], options: TableOptions): readonly string[] {
  return table([name, phase, hypervisor, pid, starts, note], statuses, options);
}

/** As `windlass get` prints it; `now` is milliseconds since the epoch. */
export function standingTable(statuses: readonly DomainStatus[], { now, wide, ...options }: TableOptions & { readonly now: number; readonly wide: boolean }): readonly string[] {
  const since: Column<DomainStatus> = { title: 'FOR', cell: (status) => inTime(now - Date.parse(phaseSince(status))) };
  const more: readonly Column<DomainStatus>[] = [
    { title: 'GENERATION', cell: ({ generation, observedGeneration }) => (generation === observedGeneration ? String(generation) : `${observedGeneration} of ${generation}`) },
    { title: 'CPUS', cell: ({ placement }) => String(placement?.cpus ?? '-') },
    { title: 'MEMORY', cell: ({ placement }) => (placement === null ? '-' : inBytes(placement.memoryBytes)) },
    { title: 'STATE DIRECTORY', cell: ({ stateDirectory }) => (stateDirectory === '' ? '-' : stateDirectory) },
  ];
  return table([name, phase, since, hypervisor, pid, starts, ...(wide ? more : []), note], statuses, wide ? { ...options, width: undefined } : options);
}

/** The phase, and within it what differs from the usual: `running (paused)`. */
function phaseText({ phase: main, rung, state }: DomainStatus): string {
  const inner = state.split('.').at(-1) ?? '';
  if (main === 'running' && inner !== 'healthy') return `running (${inner})`;
  if (main === 'halting' && rung !== null) return `halting (${rung})`;
  return main;
}

/** Readiness follows the phase. Where nobody watches the domain, what is known is how it was when somebody did. */
function phaseSince(status: DomainStatus): string {
  const ready = condition(status, 'Ready');
  return ready === undefined || ready.status === 'Unknown' ? status.updatedAt : ready.since;
}
