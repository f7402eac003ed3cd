/** Looks at everything on this host that decides what it can run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CgroupFacts, DeviceListing, HostFacts, HypervisorAdapter, HypervisorFacts, Ports } from '../../index.js';
import { listDevices } from '../../index.js';
import type { Remedy } from './remedies.js';
import { kvmRemedy, stateDirectoryRemedy } from './remedies.js';

export interface DirectoryFacts {
  readonly path: string;
  readonly exists: boolean;
  readonly writable: boolean;
  /** Pid of the engine that runs on it. */
  readonly engine: number | null;
  readonly remedy: Remedy | null;
}

export interface HostSurvey {
  readonly host: HostFacts;
  readonly stateDirectory: DirectoryFacts;
  readonly cgroups: CgroupFacts;
  readonly hypervisors: readonly HypervisorSurvey[];
  readonly pci: DeviceListing;
}

export interface HypervisorSurvey extends HypervisorFacts {
  /** What is missing or would do more, and what mends it. */
  readonly remedies: readonly Remedy[];
}

/** Kernel back ends that make devices faster or possible, with the module that brings each. */
const backEnds: readonly (readonly [name: string, module: string, why: string])[] = [
  ['tun', 'tun', 'networks of type tap'],
  ['vhost-net', 'vhost_net', 'faster tap networks'],
  ['vhost-vsock', 'vhost_vsock', 'vsock devices'],
];

export async function surveyHost(ports: Ports, adapters: readonly HypervisorAdapter[], stateDirectory: string): Promise<HostSurvey> {
  // Asking must leave nothing behind, least of all in a state directory that does not exist yet.
  const scratch = await mkdtemp(join(tmpdir(), 'windlass-doctor-'));
  try {
    const [host, cgroups, directory, pci, ...probed] = await Promise.all([
      ports.host.facts(),
      ports.cgroups.facts(),
      directoryFacts(ports, stateDirectory),
      ports.pci.survey(),
      ...adapters.map((adapter) => adapter.probe(ports, scratch, { acceleration: true, fresh: true })),
    ]);
    const hypervisors = await Promise.all(probed.map(async (facts) => ({ ...facts, remedies: await remediesFor(ports, facts) })));
    return { host, stateDirectory: directory, cgroups, hypervisors, pci: listDevices(pci) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function remediesFor(ports: Ports, facts: HypervisorFacts): Promise<readonly Remedy[]> {
  if (!facts.usable) return [{ what: facts.reason ?? 'it is not usable here', cure: facts.cure ?? 'see its documentation' }];
  const kvm = facts.acceleration.usable ? [] : await kvmRemedy(ports, facts.acceleration.reason);
  const missing = backEnds
    .filter(([name]) => !facts.kernelBackEnds.includes(name))
    .map(([name, module, why]): Remedy => ({ what: `${name} cannot be opened: no ${why}`, cure: `as root: modprobe ${module}; its device must be open to this user` }));
  return [...kvm, ...missing];
}

async function directoryFacts(ports: Ports, path: string): Promise<DirectoryFacts> {
  const exists = (await ports.files.stat(path)) !== undefined;
  const writable = exists ? await ports.files.accessible(path, 'write') : await parentIsWritable(ports, path);
  const engine = (await ports.locks.holder(`${path}/engine.lock`))?.pid ?? null;
  return { path, exists, writable, engine, remedy: stateDirectoryRemedy(path, writable) };
}

/** A directory that is not there is made below the nearest one that is. */
async function parentIsWritable(ports: Ports, path: string): Promise<boolean> {
  for (let parent = join(path, '..'); ; parent = join(parent, '..')) {
    if ((await ports.files.stat(parent)) !== undefined) return ports.files.accessible(parent, 'write');
    if (parent === '/') return false;
  }
}
