/** The firmware that UEFI scenarios give to their guests, and the QEMU of the machine that they run in. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { emulatorIn } from '../../machine/emulator.js';
import { ensurePackages } from '../../packages.js';
import type { MachineVariant } from '../prepare.js';

/** The last release whose `ovmf` knows Xen; its QEMU is also the last that survives what UEFI firmware does below Xen (README.md says why). */
const bullseye = (): Promise<string> => ensurePackages(['ovmf', 'qemu-system-x86'], (work) => work(), 'bullseye');

export async function withOldEmulator(): Promise<MachineVariant> {
  return { emulator: emulatorIn(await bullseye()) };
}

/** Copies Debian 11's firmware. */
export async function copyOldFirmware(to: string): Promise<void> {
  copyFileSync(join(await bullseye(), 'usr/share/ovmf/OVMF.fd'), to);
}

/** Copies that of this host's release: one for QEMU, that knows Xen no more. */
export async function copyOrdinaryFirmware(to: string): Promise<void> {
  copyFileSync(join(await ensurePackages(['ovmf']), 'usr/share/ovmf/OVMF.fd'), to);
}

/** Path of a build of edk2's OvmfXen, which no Debian has; undefined where nobody has given one. */
export const givenOvmfXen = process.env['LAB_XEN_OVMF'];
