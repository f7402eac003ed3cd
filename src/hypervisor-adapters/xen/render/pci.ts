import { keptBackText, planPassthrough } from '../../passthrough.js';
import type { PlanProblem } from '../../contract/plan.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';

/** PCI functions of the host that the guest takes over; the rest of their isolation groups is claimed with them. A pvh guest is refused by the table of unserved fields. */
export function pci(context: PlanContext): Part {
  const { document, type } = context;
  if (document.spec.pci.length === 0) return part({});
  const { claims, passed, problems } = planPassthrough(context);
  // Not permissive: pciback lets the guest write those registers of the device that it knows to be harmless.
  const texts = passed.map((each) => `${each.function.address},permissive=0`);
  return joinParts([
    part({ settings: listSetting('pci', texts, 'spec.pci'), claims, problems: [...hostProblems(context), ...problems] }),
    ...passed.map((each, index) =>
      part({
        devices: [
          {
            id: `pci${index}`,
            class: 'pci',
            frontEnd: type === 'hvm' ? 'xen-pt' : 'pcifront',
            bus: type === 'hvm' ? 'pci.0' : 'xenbus',
            backEnd: { kind: 'kernel', name: 'pciback', host: each.function.address },
            why: `${type === 'hvm' ? 'QEMU shows the function on the bus of the PC' : 'pciback serves the configuration of the function'}; the guest reaches it through the IOMMU${keptBackText(each)}`,
            field: each.field,
            properties: { permissive: false },
          },
        ],
        requires: [{ path: `/sys/bus/pci/devices/${each.function.address}`, field: each.field, writable: false }],
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
