/** All that is known of one domain, as text. Pure. */
import type { Condition, DomainStatus, DomainUsage, Orphan, WindlassEvent } from '../../index.js';
import type { NamedPath } from '../domains/paths.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { counted, inBytes, inTime } from '../text/quantities.js';
import type { Column } from '../text/table.js';
import { table } from '../text/table.js';
import { deviceTable } from './device-table.js';
import { phaseStyles } from './domain-table.js';
import { endText, eventLine } from './event-line.js';

export interface Description {
  readonly name: string;
  readonly engine: { readonly pid: number } | null;
  /** Null for an orphan. */
  readonly domain: DomainStatus | null;
  readonly orphan: Orphan | null;
  /** Null where nothing of it lives. */
  readonly usage: DomainUsage | null;
  readonly paths: readonly NamedPath[];
  readonly events: readonly WindlassEvent[];
}

export interface DomainView {
  readonly paint: Paint;
  readonly width: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function domainText({ domain, engine, events, name, orphan, paths, usage }: Description, view: DomainView): string {
  const { paint, width } = view;
  const options = { paint, width, indent: '  ' };
  const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', paint('bold', title), ...lines]);
  const facts = [...(domain === null ? orphanFacts(orphan) : domainFacts(domain, engine, paint)), ...usageFacts(usage)];
  const lines = [
    ...facts.map(([key, value]) => `${paint('bold', key.padEnd(13))}${value}`),
    ...(domain === null ? [] : section('Conditions', table(conditionColumns(view.now), domain.conditions, options))),
    ...(domain?.placement == null ? [] : section(`Device model (${printable(domain.placement.deviceModel.machine)})`, deviceTable(domain.placement.deviceModel, options))),
    ...(domain?.lastEnd == null ? [] : section('Last end', [`  run ${domain.lastEnd.incarnation} ${printable(endText(domain.lastEnd))}`, ...domain.lastEnd.later.map((later) => `  then ${printable(later)}`)])),
    ...section('Paths', table(pathColumns, paths, options).slice(1)),
    ...section('Events', events.map((event) => `  ${eventLine(event, paint)}`)),
  ];
  return `${[`${paint('bold', 'Name'.padEnd(13))}${printable(name)}`, ...lines].join('\n')}\n`;
}

type Fact = readonly [key: string, value: string];

function domainFacts(domain: DomainStatus, engine: Description['engine'], paint: Paint): readonly Fact[] {
  const { anchor, desired, generation, incarnation, observedGeneration, phase, placement, problem, resets, runState, state } = domain;
  return [
    ['Phase', `${paint(phaseStyles[phase], phase)} (${state})${runState === null ? '' : `, vCPUs ${runState}`}`],
    ['Desired', desired.removed ? 'gone' : desired.power],
    ['Generation', generation === observedGeneration ? String(generation) : `${generation}; the anchor is of ${observedGeneration}`],
    ['Starts', `${incarnation}${resets === 0 ? '' : `, and ${counted(resets, 'reset')} since the last`}`],
    ['Engine', engine === null ? 'none runs' : `pid ${engine.pid}`],
    ['Anchor', anchor === null ? 'none' : `pid ${anchor.pid}, ${printable(anchor.executable)}`],
    ...(placement === null ? [] : placementFacts(placement)),
    ...(problem === null ? [] : [['Problem', paint('red', printable(`${problem.message} [${problem.reason}]`))] as const]),
  ];
}

function placementFacts({ accelerator, cpus, hypervisor, memoryBytes, why }: NonNullable<DomainStatus['placement']>): readonly Fact[] {
  return [
    ['Hypervisor', `${hypervisor} (${accelerator}): ${printable(why)}`],
    ['Resources', `${counted(cpus, 'CPU')}, ${inBytes(memoryBytes)} of memory with overhead`],
  ];
}

function usageFacts(usage: DomainUsage | null): readonly Fact[] {
  if (usage === null) return [];
  const { accountedBy, cpuSeconds, memoryBytes } = usage;
  return [['Usage', `${inTime(cpuSeconds * 1000)} of CPU time, ${inBytes(memoryBytes)} of memory, by its ${accountedBy}`]];
}

function orphanFacts(orphan: Orphan | null): readonly Fact[] {
  if (orphan === null) return [];
  return [
    ['Phase', 'named by no document'],
    ['Hypervisor', orphan.hypervisor],
    ['Anchor', orphan.pid === null ? printable(orphan.reason) : `pid ${orphan.pid}`],
  ];
}

function conditionColumns(now: number): readonly Column<Condition>[] {
  return [
    { title: 'TYPE', cell: ({ type }) => type },
    { title: 'STATUS', cell: ({ status }) => status },
    { title: 'REASON', cell: ({ reason }) => reason },
    { title: 'FOR', cell: ({ since }) => inTime(now - Date.parse(since)) },
    { title: 'MESSAGE', cell: ({ message }) => message, least: 16 },
  ];
}

const pathColumns: readonly Column<NamedPath>[] = [
  { title: 'PATH', cell: ({ path }) => path },
  { title: 'MEANING', cell: ({ meaning }) => meaning },
];
