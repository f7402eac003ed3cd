import { domainDocument, type DomainDocument, type DomainDocumentInput } from '../../../src/documents/domain-spec.js';
import type { HostFacts } from '../../../src/effects/ports/host.js';
import type { HypervisorFacts } from '../../../src/hypervisor-adapters/contract/facts.js';
import type { PlanRequest } from '../../../src/hypervisor-adapters/contract/plan.js';
import type { StateLayout } from '../../../src/hypervisor-adapters/contract/state-layout.js';
import { networkInterface, pciFunction, surveyOf } from '../../support/pci-function.js';

/** What root on a Debian 12 without KVM and without vhost is told. */
export const plainFacts: HypervisorFacts = {
  hypervisor: 'qemu',
  usable: true,
  version: '7.2.22',
  executable: '/usr/bin/qemu-system-x86_64',
  acceleration: { usable: false, name: 'kvm', reason: 'there is no /dev/kvm' },
  machines: ['microvm', 'pc', 'pc-i440fx-7.2', 'pc-q35-7.2', 'q35'],
  devices: [
    ...['VGA', 'e1000', 'hda-duplex', 'i6300esb', 'ib700', 'ich9-intel-hda', 'ide-cd', 'ide-hd', 'isa-serial', 'nvme', 'pvpanic', 'qemu-xhci', 'scsi-hd', 'usb-host'],
    ...['usb-kbd', 'usb-mouse', 'usb-tablet', 'vhost-vsock-pci', 'virtio-9p-pci', 'virtio-blk-pci', 'virtio-crypto-pci', 'virtio-net-pci'],
    ...['pcie-root-port', 'vfio-pci', 'virtio-rng-pci', 'virtio-scsi-pci', 'virtio-serial-pci', 'virtserialport'],
  ],
  kernelBackEnds: ['tun'],
};

/** A host with everything. */
export const richFacts: HypervisorFacts = {
  ...plainFacts,
  acceleration: { usable: true, name: 'kvm', reason: 'a test guest ran on it' },
  kernelBackEnds: ['vhost-net', 'vhost-vsock', 'vhost-scsi', 'tun', 'vfio-pci'],
  firmware: [
    { code: '/usr/share/OVMF/OVMF_CODE_4M.ms.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd', machines: ['pc-q35-*'], secureBoot: true, needsSmm: true },
    { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd', machines: ['pc-i440fx-*', 'pc-q35-*'], secureBoot: false, needsSmm: false },
  ],
};

const host: HostFacts = {
  bootId: '00000000-0000-0000-0000-000000000000',
  architecture: 'x86_64',
  kernel: '6.1.0',
  cpus: 2,
  memoryBytes: 8 * 1024 ** 3,
  availableMemoryBytes: 6 * 1024 ** 3,
  lockedMemoryLimit: 8 * 1024 ** 2,
  uid: 0,
};

export function layoutOf(domain: string, root = '/run/hypervisor'): StateLayout {
  const directory = `${root}/qemu/${domain}`;
  const below = (name: string): string => `${directory}/${name}`;
  return {
    root,
    directory,
    pid: below('pid'),
    cons: below('cons'),
    consoleLog: below('console.log'),
    consoleStart: below('console.start'),
    anchorLog: below('anchor.log'),
    record: below('record.json'),
  };
}

export function documentOf(spec: DomainDocumentInput['spec'], name = 'web'): DomainDocument {
  return domainDocument.parse({ apiVersion: 'windlass/v1', kind: 'Domain', metadata: { name }, spec });
}

/** A card of PCI Express, two functions of a conventional card, and the card through which the host is reached. */
const unused = [networkInterface('eth1', { up: false })];
const pci = surveyOf(
  pciFunction('0000:01:00.0', { iommuGroup: '12', driver: 'e1000e', label: 'Onboard LAN', interfaces: unused }),
  pciFunction('0000:00:19.0', { iommuGroup: '10', driver: 'e1000', portType: 'conventional', multifunction: true, interfaces: unused }),
  pciFunction('0000:00:19.1', { iommuGroup: '10', driver: 'e1000', portType: 'conventional', multifunction: true, interfaces: unused }),
  pciFunction('0000:02:00.0', { iommuGroup: '13', driver: 'virtio-pci', interfaces: [networkInterface('eth0', { addresses: ['10.0.0.5'], defaultRoute: true })] }),
);

export function requestOf(document: DomainDocument, facts: HypervisorFacts = plainFacts, root?: string): PlanRequest {
  return { document, host, facts, layout: layoutOf(document.metadata.name, root), pci };
}
