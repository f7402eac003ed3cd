/** Whether what the engine tells of the host is so: its statuses, as another process reads them, held against what /proc shows. */
import type { DomainStatus } from '../../src/index.js';
import { readState } from '../../src/index.js';
import type { Anchor } from './anchors.js';
import type { Wish } from './schedule.js';

/** Whose fault, and what is wrong. */
export type Lack = readonly [name: string, lack: string];

/** Statuses are written a moment after the fact: one that is wrong now may be right soon. */
export async function untrueStatuses(root: string, wishes: ReadonlyMap<string, Wish>, anchors: ReadonlyMap<string, readonly Anchor[]>): Promise<readonly Lack[]> {
  const { domains, engine, orphans } = await readState(root);
  const lacks: Lack[] = [];
  const told = new Set(domains.map(({ name }) => name));
  if (engine === null) lacks.push(['engine', 'holds no lock']);
  for (const { name } of orphans) lacks.push([name, 'is told to be an orphan']);
  for (const name of wishes.keys()) if (!told.has(name)) lacks.push([name, 'is not told of']);
  for (const status of domains) {
    const lie = lieOf(status, wishes.get(status.name), anchors.get(status.name)?.[0]?.pid);
    if (lie !== undefined) lacks.push([status.name, lie]);
  }
  return lacks;
}

function lieOf({ anchor, phase }: DomainStatus, wish: Wish | undefined, pid: number | undefined): string | undefined {
  if (wish === undefined) return 'is told of, and has no document';
  if (anchor?.pid !== pid) return `is told to have the anchor ${anchor?.pid ?? 'none'}, and has ${pid ?? 'none'}`;
  if (wish.power === 'running' && phase !== 'running') return `runs, and is told to be ${phase}`;
  if (wish.power === 'halted' && phase !== 'halted') return `is halted, and is told to be ${phase}`;
  return undefined;
}
