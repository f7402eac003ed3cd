import type { PassedFunction } from '../../../device-model/passthrough/choose-functions.js';
import { keeper } from '../../../device-model/passthrough/binding-steps.js';
import type { PlanProblem } from '../../contract/plan.js';
import { keptBackText, planPassthrough, type PlannedPassthrough } from '../../passthrough.js';
import { type DeviceDraft, joinParts, part, type Part, type PlanContext } from './part.js';

/** The door to vfio; each group has one of its own, which is there once its functions are taken. */
const door = '/dev/vfio/vfio';

/** PCI functions of the host that the guest takes over, through vfio; the rest of their isolation groups is claimed and kept with them. */
export function pci(context: PlanContext): Part {
  if (context.document.spec.pci.length === 0) return part({});
  const planned = planPassthrough(context);
  return joinParts([
    part({ claims: planned.claims, problems: [...hostProblems(context, planned), ...planned.problems], requires: [{ path: door, field: 'spec.pci', writable: true }] }),
    ...planned.passed.map((each, index) => part({ devices: devicesFor(context, each, index) })),
  ]);
}

/** A function of PCI Express gets a root port of its own: only below one it is what it is on the host, with all of its registers. */
function devicesFor({ machine }: PlanContext, each: PassedFunction, index: number): readonly DeviceDraft[] {
  const { address, portType } = each.function;
  const express = machine.family === 'q35' && (portType === 'endpoint' || portType === 'legacy-endpoint');
  const port = `pci${index}.port`;
  const device: DeviceDraft = {
    id: `pci${index}`,
    class: 'pci',
    frontEnd: 'vfio-pci',
    placement: express ? { bus: port } : { slot: 'high' },
    backEnd: { kind: 'kernel', name: keeper, host: address },
    why: `the guest drives the function itself, and the IOMMU keeps it to the guest's memory${keptBackText(each)}`,
    field: each.field,
    properties: {},
    wiring: { host: address },
  };
  if (!express) return [device];
  return [
    {
      id: port,
      class: 'controller',
      frontEnd: 'pcie-root-port',
      placement: { slot: 'high' },
      backEnd: { kind: 'vmm', name: 'qemu' },
      why: 'a PCI Express function is below a root port, as on the host: elsewhere its drivers miss registers',
      field: each.field,
      properties: { chassis: index + 1 },
      wiring: {},
    },
    device,
  ];
}

function hostProblems({ facts, host }: PlanContext, { groups, passed }: PlannedPassthrough): readonly PlanProblem[] {
  const problems: PlanProblem[] = [];
  const refuse = (code: string, message: string, cure: string): void => void problems.push({ field: 'spec.pci', code, message, cure });
  if (groups === 'derived') {
    refuse('PLAN_BACK_END_MISSING', 'no IOMMU is at work on this host, and without one a device would reach all of its memory', 'enable VT-d or AMD-Vi in the firmware, and on Intel boot the kernel with intel_iommu=on');
  }
  if (!facts.kernelBackEnds.includes(keeper)) {
    refuse('PLAN_BACK_END_MISSING', `the kernel's ${keeper} is not there, or ${door} cannot be opened`, `modprobe ${keeper}`);
  }
  const taken = passed.flatMap((each) => [each.function, ...each.siblings]).find(({ driver }) => driver !== keeper);
  if (host.uid !== 0 && taken !== undefined) {
    refuse('PLAN_NOT_PERMITTED', `only root can take ${taken.address} from its driver`, `run the engine as root, or bind the whole group to ${keeper} beforehand (driverctl set-override ${taken.address} ${keeper})`);
  }
  return problems;
}
