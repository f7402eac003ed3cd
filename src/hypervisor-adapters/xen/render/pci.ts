import type { PlanProblem } from '../../contract.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { splitValues } from './spec-string.js';

/** PCI functions of the host that the guest takes over. Labels and groups are refused by the table of unserved fields, and pvh as well. */
export function pci(context: PlanContext): Part {
  const { document, type } = context;
  const addresses = document.spec.pci.flatMap((device, index) => ('address' in device ? [{ address: device.address, field: `spec.pci[${index}]` }] : []));
  // Not permissive: pciback lets the guest write those registers of the device that it knows to be harmless.
  const texts = addresses.map(({ address }) => `${address},permissive=0`);
  return joinParts([
    part({ settings: listSetting('pci', texts, 'spec.pci'), problems: addresses.length === 0 ? [] : hostProblems(context) }),
    ...addresses.map(({ address, field }, index) =>
      part({
        devices: [
          {
            id: `pci${index}`,
            class: 'pci',
            frontEnd: type === 'hvm' ? 'xen-pt' : 'pcifront',
            bus: type === 'hvm' ? 'pci.0' : 'xenbus',
            backEnd: { kind: 'kernel', name: 'pciback', host: address },
            why: type === 'hvm' ? 'QEMU shows the function on the bus of the PC; the guest reaches it through the IOMMU' : 'pciback serves the configuration of the function; the guest reaches it through the IOMMU',
            field,
            properties: { permissive: false },
          },
        ],
        claims: [{ kind: 'pci', id: address, mode: 'exclusive', field }],
        requires: [{ path: `/sys/bus/pci/devices/${address}`, field, writable: false }],
        problems: splitValues([{ key: 'bdf', value: address, field: `${field}.address` }]),
      }),
    ),
  ]);
}

function hostProblems({ document: { spec }, facts, type }: PlanContext): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const refuse = (field: string, code: string, message: string, cure: string): void => void problems.push({ field, code, message, cure });
  if (!facts.devices.some((ability) => ability === 'hvm_directio' || ability === 'pv_directio')) {
    refuse('spec.pci', 'PLAN_BACK_END_MISSING', 'Xen has no IOMMU on this host, and passes no device through without one', 'enable VT-d or AMD-Vi in the firmware');
  }
  if (!facts.kernelBackEnds.includes('pciback')) {
    refuse('spec.pci', 'PLAN_BACK_END_MISSING', 'the kernel of this host does not have the back end of PCI devices', 'modprobe xen-pciback');
  }
  if (type === 'hvm' && spec.memory.max !== spec.memory.size) {
    refuse('spec.memory.max', 'PLAN_FIELD_CONFLICT', 'an hvm guest with PCI devices has all of its memory from the start', 'leave it out, or make it equal to size');
  }
  return problems;
}
