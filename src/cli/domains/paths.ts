import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a state directory holds for people, by its public name (docs/state-directory.md). */
const meanings: Readonly<Record<string, string>> = {
  cons: 'serial console (a unix socket, or on Xen a terminal)',
  qmp: "the engine's own monitor",
  monitor: "operators' monitor (QMP)",
  'console.log': 'what the guest wrote to its console',
  'anchor.log': 'what the VMM wrote',
  pid: 'pid of the anchor',
  'anchor.json': 'identity of the anchor',
  'status.json': 'the status, as the engine wrote it last',
  evidence: 'what was kept of failures',
};

export interface NamedPath {
  readonly path: string;
  readonly meaning: string;
}

/** Those that are there. */
export async function pathsOf(directory: string | undefined): Promise<readonly NamedPath[]> {
  if (directory === undefined) return [];
  const there = new Set(await readdir(directory).catch(() => []));
  return Object.entries(meanings)
    .filter(([name]) => there.has(name))
    .map(([name, meaning]) => ({ path: join(directory, name), meaning }));
}
