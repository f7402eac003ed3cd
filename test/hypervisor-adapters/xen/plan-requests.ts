import type { DomainDocument, DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HostFacts } from '../../../src/effects/ports/host.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import type { AnchorPlan, PlanProblem, PlanRequest } from '../../../src/hypervisor-adapters/contract/plan.js';
import type { StateLayout } from '../../../src/hypervisor-adapters/contract/state-layout.js';
import { plan } from '../../../src/hypervisor-adapters/xen/render/plan.js';
import { networkInterface, pciFunction, surveyOf } from '../../support/pci-function.js';
import { documentOf } from '../qemu/plan-requests.js';

/** What root in a dom0 without virtualization by the CPU is told, with the back ends of Xen loaded. */
export const pvFacts: HypervisorFacts = {
  hypervisor: 'xen',
  usable: true,
  version: '4.17.7',
  highestCpu: 15,
  executable: '/usr/sbin/xl',
  acceleration: { usable: true, name: 'xen', reason: 'guests run on Xen 4.17.7 itself, as pv' },
  machines: ['pv'],
  devices: ['pv', 'shadow', 'gnttab-v1', 'gnttab-v2'],
  kernelBackEnds: ['blkback', 'netback', 'pciback', 'tun'],
  firmware: [],
};

/** A dom0 with everything. */
export const richFacts: HypervisorFacts = {
  ...pvFacts,
  machines: ['pv', 'pvh', 'hvm'],
  devices: ['pv', 'hvm', 'hvm_directio', 'pv_directio', 'hap', 'iommu_hap_pt_share', 'gnttab-v1', 'gnttab-v2', 'vnc-password'],
  firmware: [{ code: '/usr/share/edk2/xen/OVMF.fd', variables: '', machines: ['pvh', 'hvm'], secureBoot: false, needsSmm: false }],
};

const host: HostFacts = {
  bootId: '00000000-0000-0000-0000-000000000000',
  architecture: 'x86_64',
  kernel: '6.1.0',
  cpus: 2,
  memoryBytes: 1024 ** 3,
  availableMemoryBytes: 512 * 1024 ** 2,
  lockedMemoryLimit: 8 * 1024 ** 2,
  uid: 0,
};

function layoutOf(domain: string, root: string): StateLayout {
  const directory = `${root}/xen/${domain}`;
  const below = (name: string): string => `${directory}/${name}`;
  return { root, directory, pid: below('pid'), cons: below('cons'), consoleLog: below('console.log'), consoleStart: below('console.start'), anchorLog: below('anchor.log'), record: below('anchor.json') };
}

/** Network cards of the dom0: two by themselves, one with a label, one through which it is reached, and two functions of one card. */
const pci = surveyOf(
  pciFunction('0000:00:04.0'),
  pciFunction('0000:00:05.0'),
  pciFunction('0000:00:06.0', { label: 'Onboard LAN' }),
  pciFunction('0000:00:07.0', { interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5'], defaultRoute: true })] }),
  pciFunction('0001:89:00.0', { multifunction: true }),
  pciFunction('0001:89:00.1', { multifunction: true }),
);

export function requestOf(document: DomainDocument, facts: HypervisorFacts = richFacts, root = '/run/hypervisor'): PlanRequest {
  return { document, host, facts, layout: layoutOf(document.metadata.name, root), pci };
}

/** The plan for a document that must be served. */
export function planned(spec: DomainDocumentInput['spec'], facts: HypervisorFacts = richFacts, root?: string): AnchorPlan {
  const outcome = plan(requestOf(documentOf(spec), facts, root));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.plan;
}

/** Text of its xl.cfg. */
export function configOf({ recipe }: AnchorPlan): string {
  const [config] = recipe.files;
  if (config === undefined) throw new Error('no file in the recipe');
  return config.content;
}

export function problemsOf(spec: DomainDocumentInput['spec'], facts: HypervisorFacts = richFacts): readonly PlanProblem[] {
  const outcome = plan(requestOf(documentOf(spec), facts));
  return outcome.ok ? [] : outcome.problems;
}
