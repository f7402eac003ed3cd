import type { DomainSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem, PlanRequest } from '../../contract/plan.js';

/** Kinds of guest: paravirtualized, the same with hardware help, and a whole emulated PC. */
export type GuestType = 'pv' | 'pvh' | 'hvm';

export interface GuestChoice {
  readonly type: GuestType;
  /** One sentence: why this type. */
  readonly typeReason: string;
}

/** The type that the document names, or the one with the least emulation that serves it: pvh, then pv, and hvm as the last resort. */
export function chooseGuestType({ document: { spec }, facts }: Pick<PlanRequest, 'document' | 'facts'>): GuestChoice | PlanProblem {
  const wanted = spec.xen?.type ?? 'auto';
  if (wanted !== 'auto') {
    if (!facts.machines.includes(wanted)) return missing(facts.machines, wanted);
    return { type: wanted, typeReason: `the document asks for ${wanted}` };
  }
  const { types, why } = candidates(spec);
  const type = types.find((candidate) => facts.machines.includes(candidate));
  if (type === undefined) return missing(facts.machines, types.join(' or '));
  const passedOver = types.slice(0, types.indexOf(type)).map((other) => `; ${other} is passed over, because this Xen cannot run it`);
  return { type, typeReason: `${why[type] ?? 'an emulated PC can start a kernel, too'}${passedOver.join('')}` };
}

interface Candidates {
  readonly types: readonly GuestType[];
  readonly why: Readonly<Partial<Record<GuestType, string>>>;
}

function candidates(spec: DomainSpec): Candidates {
  const emulated = needsEmulation(spec);
  if (emulated !== undefined) return { types: ['hvm'], why: { hvm: `only an hvm guest has a PC emulated for it, and ${emulated}` } };
  if (spec.pci.length > 0) {
    const why = 'PCI devices are passed through to pv and hvm guests only; pv needs no emulation';
    return { types: ['pv', 'hvm'], why: { pv: why, hvm: 'PCI devices are passed through to pv and hvm guests only' } };
  }
  return {
    types: ['pvh', 'pv', 'hvm'],
    why: { pvh: 'a kernel starts as pvh with the help of the CPU and without an emulated PC', pv: 'a kernel starts as pv without an emulated PC' },
  };
}

/** What of the document only an emulated PC has; undefined where nothing needs one. */
function needsEmulation(spec: DomainSpec): string | undefined {
  if (spec.boot.kernel === undefined) return 'without a kernel the guest starts from firmware';
  if (spec.sound && spec.xen?.soundBackend === undefined) return 'a sound device is emulated';
  if (spec.usb.length > 0) return 'a USB controller is emulated';
  if (spec.input.length > 0 && spec.display === undefined) return 'input devices without a display are emulated';
  if (spec.acpiTables.length > 0) return 'ACPI tables are added to those of a PC';
  if (Object.entries(spec.smbios).some(([name, value]) => name !== 'uuid' && value !== undefined && value.length > 0)) return 'SMBIOS strings are in the tables of a PC';
  if (spec.disks.some(({ bus }) => bus === 'scsi' || bus === 'sata')) return 'SCSI and SATA adapters are emulated';
  if (spec.networks.some(({ model }) => model === 'e1000')) return 'an e1000 is emulated';
  if (spec.serial.length > 1) return 'serial ports beside the console are emulated';
  if (spec.serial.some(({ type }) => type === 'device')) return 'serial ports that lead to a device are emulated';
  return undefined;
}

function missing(machines: readonly string[], wanted: string): PlanProblem {
  return {
    field: 'spec.xen.type',
    code: 'PLAN_MACHINE_MISSING',
    message: `this Xen cannot run ${wanted} guests, only ${machines.join(', ')}`,
    cure: wanted === 'pv' ? 'boot a Xen that was built with PV support' : 'enable virtualization (VT-x or AMD-V), or give a kernel that starts as pv',
  };
}
