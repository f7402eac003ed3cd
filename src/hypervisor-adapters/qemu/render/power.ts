import { part, type Part, type PlanContext } from './part.js';

/** A guest that sleeps must be asked to, and must be whole when it wakes. */
export function power({ document: { spec }, machine }: PlanContext): Part {
  if (spec.power !== 'suspended') return part({});
  const refused = { field: 'spec.power', code: 'PLAN_FIELD_CONFLICT' };
  return part({
    problems: [
      ...(spec.guestAgent
        ? []
        : [{ ...refused, message: 'suspended needs guestAgent: true, since a guest puts itself to sleep when its agent is asked to', cure: 'add guestAgent: true, and run qemu-ga in the guest; or use power: paused' }]),
      // Up to SeaBIOS 1.17 at least, the ports of ACPI are at 0 after a wake-up: no sleep, no power-off, no button, and a clock that stands still.
      ...(machine.family === 'q35' && spec.boot.firmware !== 'uefi'
        ? [{ ...refused, message: 'suspended does not go with machine q35 and BIOS firmware, which forgets power management when it wakes: the guest could neither sleep again nor power itself off', cure: 'use qemu.machine: pc, or boot.firmware: uefi' }]
        : []),
    ],
  });
}
