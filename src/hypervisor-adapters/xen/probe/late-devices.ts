import type { ProcessPort } from '../../../effects/ports/processes.js';
import type { XenQemu } from './vnc-password.js';

/** Among a probe's `devices`: the QEMU that it asked serves a share that comes after it has started. */
export const lateDeviceAbility = 'late-devices';

/** Milliseconds; it takes 50, and ten times that on an emulated machine. */
const timeout = 10_000;
/** Types of QEMU: its back ends of 9p, frame buffers and keyboards; and devices that belong to a board, none of which can be plugged into one that runs. */
const backEnd = 'xen-backend';
const ofTheBoard = 'dynamic-sysbus-device';

/**
 * Since 10.0 QEMU counts its back ends for Xen among the devices of the board. One that appears in the store later ends it: "Device
 * 'xen-backend' does not support hotplugging". It is asked what it counts there, as a QEMU without a machine. Undefined where it could not be
 * asked, or did not end by itself in time.
 */
export async function takesLateDevices({ run }: Pick<ProcessPort, 'run'>, { path }: XenQemu): Promise<boolean | undefined> {
  const args = ['-machine', 'none,accel=qtest:tcg', '-nodefaults', '-display', 'none', '-qmp', 'stdio'];
  const commands = [{ execute: 'qmp_capabilities' }, { execute: 'qom-list-types', arguments: { implements: ofTheBoard } }, { execute: 'quit' }];
  const input = commands.map((command) => `${JSON.stringify(command)}\n`).join('');
  const result = await run(path, args, { timeout, input, env: { LC_ALL: 'C' } }).catch(() => undefined);
  return result?.code === 0 ? !result.stdout.includes(`"${backEnd}"`) : undefined;
}
