import { ensureQemu } from '../../scripts/ensure-qemu.mjs';

/** Global setup of the `qemu` project: QEMU is there, or the run stops before its first test with the command that installs it. */
export async function setup(): Promise<void> {
  await ensureQemu();
}
