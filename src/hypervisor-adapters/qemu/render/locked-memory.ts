import type { PlanProblem } from '../../contract/plan.js';
import type { PlanContext } from './part.js';

const mebibyte = 1024 ** 2;
/** Firmware and option ROMs are mapped for the devices as well. */
const firmware = 32 * mebibyte;

/**
 * A device of the host reaches the guest's memory at any time, so that all of it stays in place: it is locked as a whole, once for all devices,
 * and locked anew where the guest's firmware moves something. Root may lock anything, and QEMU that has become another user may not any more.
 */
export function lockedMemoryProblems({ document: { spec }, host }: PlanContext, deviceMemory: number): readonly PlanProblem[] {
  if (spec.pci.length === 0 || host.lockedMemoryLimit === null || (host.uid === 0 && spec.user === undefined)) return [];
  const needed = spec.memory.size + deviceMemory + firmware;
  if (needed <= host.lockedMemoryLimit) return [];
  const inMebibytes = (bytes: number): string => `${Math.ceil(bytes / mebibyte)} MiB`;
  return [
    {
      field: 'spec.pci',
      code: 'PLAN_NOT_PERMITTED',
      message: `a guest with PCI devices has all of its memory locked, ${inMebibytes(needed)} here, and its user may lock ${inMebibytes(host.lockedMemoryLimit)}`,
      cure: 'raise the limit of the engine, which QEMU inherits (LimitMEMLOCK=infinity in its systemd unit, or ulimit -l unlimited)',
    },
  ];
}
