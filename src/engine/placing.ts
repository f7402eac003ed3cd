/**
 * Placing a domain: gather facts (probes, host, images), then let the pure planners decide. Facts are gathered once and shared. Where a
 * hypervisor is unusable, or cannot do what a document asks, it is asked again before that is refused: the host may have been mended.
 */
import type { PlacedDomain, Placing, PlacingPurpose, WantedDomain } from '../actors/world.js';
import { layoutOf } from '../anchors/layout.js';
import { chooseHypervisor } from '../device-model/choose-hypervisor.js';
import type { DomainSpec } from '../documents/domain-spec.js';
import type { FileFacts } from '../effects/ports/files.js';
import type { HostFacts } from '../effects/ports/host.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { HypervisorFacts, ProbeWish } from '../hypervisor-adapters/contract/facts.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { PlanProblem, PlanRequest } from '../hypervisor-adapters/contract/plan.js';

export interface Placer {
  place(wanted: WantedDomain, purpose: PlacingPurpose): Promise<Placing>;
  /** What each hypervisor can do here, probed anew. */
  probeAll(): Promise<readonly HypervisorFacts[]>;
}

export interface PlacerOptions {
  readonly ports: Ports;
  readonly root: string;
  readonly host: HostFacts;
  readonly adapters: ReadonlyMap<HypervisorName, HypervisorAdapter>;
}

export function createPlacer({ adapters, host, ports, root }: PlacerOptions): Placer {
  const probes = new Map<string, Promise<HypervisorFacts>>();

  const probe = async (adapter: HypervisorAdapter, wish: ProbeWish): Promise<HypervisorFacts> => {
    const key = `${adapter.name} ${JSON.stringify(wish)}`;
    const running = probes.get(key) ?? adapter.probe(ports, root, wish);
    probes.set(key, running);
    const forget = (): boolean => probes.get(key) === running && probes.delete(key);
    try {
      const facts = await running;
      if (!facts.usable && facts.untilReboot !== true) forget();
      return facts;
    } catch (error) {
      // Nothing was found out: whoever asks next asks the host again.
      forget();
      throw error;
    }
  };

  const candidates = (spec: DomainSpec): readonly HypervisorAdapter[] => {
    const all = [...adapters.values()];
    return spec.hypervisor.includes('auto') ? all : all.filter(({ name }) => spec.hypervisor.includes(name));
  };

  const forgetFactsOf = (hypervisor: HypervisorName): void => {
    for (const key of probes.keys()) if (key.startsWith(`${hypervisor} `)) probes.delete(key);
  };

  return {
    place: (wanted, purpose) => place(wanted, purpose, 'known'),
    probeAll: () => Promise.all([...adapters.values()].map((adapter) => adapter.probe(ports, root, { acceleration: true, fresh: true }))),
  };

  async function place(wanted: WantedDomain, purpose: PlacingPurpose, known: 'known' | 'fresh'): Promise<Placing> {
    const { document } = wanted;
    const { spec } = document;
    const facts: Partial<Record<HypervisorName, HypervisorFacts>> = {};
    const asked = candidates(spec);
    const found = await Promise.all(asked.map((adapter) => probe(adapter, wishOf(spec, adapter.name))));
    for (const fact of found) facts[fact.hypervisor] = fact;
    const decision = chooseHypervisor(spec, facts, [...adapters.keys()]);
    const adapter = decision.chosen === undefined ? undefined : adapters.get(decision.chosen);
    const fact = decision.chosen === undefined ? undefined : facts[decision.chosen];
    if (adapter === undefined || fact === undefined) return { ok: false, retryable: true, problems: [nobody(decision.why, decision.rejected, found)] };

    const layout = layoutOf(root, adapter.name, document.metadata.name);
    const surveyed = {
      ...(spec.pci.length === 0 ? {} : { pci: await ports.pci.survey() }),
      ...(purpose === 'to weigh' || spec.cpu.pinning.length === 0 || adapter.cpus === undefined ? {} : { cpus: await adapter.cpus(ports) }),
    };
    const request: PlanRequest = { document, host, facts: fact, layout, seen: await seenPaths(ports, spec), ...surveyed };
    const outcome = adapter.plan(request);
    // What the planner has seen anew is no fact of the hypervisor.
    const passing = !outcome.ok && outcome.problems.every(({ retryable }) => retryable === true);
    if (!outcome.ok && known === 'known' && !passing) {
      forgetFactsOf(adapter.name);
      return place(wanted, purpose, 'fresh');
    }
    if (!outcome.ok) return { ok: false, retryable: passing, problems: outcome.problems };
    const { accelerator, cpus, deviceModel, memoryBytes } = outcome.plan;
    const placed: PlacedDomain = {
      wanted,
      adapter,
      layout,
      request,
      plan: outcome.plan,
      placement: { hypervisor: adapter.name, why: decision.why, accelerator, memoryBytes, cpus, deviceModel },
    };
    return { ok: true, placed };
  }
}

function wishOf({ acceleration, qemu, xen }: DomainSpec, hypervisor: HypervisorName): ProbeWish {
  const wish = { acceleration: acceleration !== 'none' };
  if (hypervisor === 'qemu' && qemu?.binary !== undefined) return { ...wish, executable: qemu.binary };
  return hypervisor === 'xen' && xen?.deviceModel !== undefined ? { ...wish, deviceModel: xen.deviceModel } : wish;
}

/** What stands at the paths of disk images. A missing one is told by the preparation, with its field. */
async function seenPaths(ports: Ports, spec: DomainSpec): Promise<Readonly<Partial<Record<string, FileFacts>>>> {
  const paths = [...spec.disks.map(({ image }) => image), ...(spec.cdrom === undefined ? [] : [spec.cdrom.image])];
  const facts = await Promise.all(paths.map((path) => ports.files.stat(path).catch(() => undefined)));
  return Object.fromEntries(paths.flatMap((path, index) => (facts[index] === undefined ? [] : [[path, facts[index]]])));
}

function nobody(why: string, rejected: readonly { readonly hypervisor: string; readonly why: string }[], found: readonly HypervisorFacts[]): PlanProblem {
  const cures = found.flatMap(({ cure, hypervisor }) => (cure === undefined ? [] : [`for ${hypervisor}: ${cure}`]));
  return {
    field: 'spec.hypervisor',
    code: 'PLAN_NO_HYPERVISOR',
    message: [why, ...rejected.map((one) => `${one.hypervisor}: ${one.why}`)].join('; '),
    ...(cures.length === 0 ? {} : { cure: cures.join('; ') }),
  };
}
