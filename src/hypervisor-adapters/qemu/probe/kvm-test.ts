import { randomBytes } from 'node:crypto';
import { messageOf } from '../../../errors.js';
import type { Ports } from '../../../effects/ports.js';
import type { RunResult } from '../../../effects/ports/processes.js';
import { keyedValue } from '../render/argument.js';
import { firmwarePassed, kvmFirmware } from './kvm-firmware.js';
import { stoppedState } from './stop-watch.js';

/** Is KVM fit to run guests? One sentence says why, or why not. */
export interface AccelerationFacts {
  readonly usable: boolean;
  readonly name: string;
  readonly reason: string;
}

/** A healthy KVM is through in 0.1 s, one that cannot run an instruction says so as soon, and one that hangs costs all of this. Milliseconds. */
const deadline = 1500;

/** What KVM is before it was tested; undefined where only a test can tell. */
export async function kvmWithoutTest(ports: Ports): Promise<AccelerationFacts | undefined> {
  if (await ports.files.accessible('/dev/kvm', 'write')) return undefined;
  const there = (await ports.files.stat('/dev/kvm')) !== undefined;
  return unusable(there ? 'this user may not open /dev/kvm' : 'there is no /dev/kvm: no virtualization by the CPU, or its kernel module is not loaded');
}

/**
 * Runs a few thousand instructions on a throw-away QEMU with `-accel kvm -cpu host`. A device node says nothing: a KVM in software may
 * abort QEMU, or hang, or lack instructions that every operating system uses.
 */
export async function testKvm(ports: Ports, executable: string, cacheDirectory: string): Promise<AccelerationFacts> {
  const firmware = `${cacheDirectory}/qemu-kvm-firmware.bin`;
  try {
    await ports.files.ensureStateRoot(cacheDirectory);
    await ports.files.writeAtomic(firmware, kvmFirmware(), 0o600);
  } catch (error) {
    return unusable(`the test guest could not be written: ${messageOf(error)}`);
  }
  const monitor = `qemu-kvm-test-${randomBytes(4).toString('hex')}`;
  const args = [...kvmTestArguments('kvm', 'host'), '-bios', firmware, '-qmp', `unix:${keyedValue(cacheDirectory)}/${monitor},server=on,wait=off`];
  const over = new AbortController();
  const stopped = stoppedState(ports, cacheDirectory, monitor, over.signal);
  const standsStill = new AbortController();
  void stopped.then((state) => {
    if (state !== undefined) standsStill.abort();
  });
  try {
    return verdict(await ports.processes.run(executable, args, { timeout: deadline, env: { LC_ALL: 'C' }, signal: standsStill.signal }));
  } catch (error) {
    return unusable(standsStill.signal.aborted ? `a test guest on /dev/kvm stopped in state ${(await stopped) ?? 'unknown'}` : messageOf(error));
  } finally {
    over.abort();
    await ports.files.remove(`${cacheDirectory}/${monitor}`);
  }
}

function verdict(result: RunResult): AccelerationFacts {
  if (result.code === firmwarePassed) return { usable: true, name: 'kvm', reason: 'a test guest ran on it' };
  const said = result.stderr.split('\n').find((line) => line.trim() !== '');
  const end = result.timedOut ? `did not finish within ${deadline} ms` : `ended with ${result.signal ?? `code ${result.code ?? '?'}`}`;
  return unusable(`a test guest on /dev/kvm ${end}${said === undefined ? '' : ` (${said.trim().slice(0, 200)})`}`);
}

/** The test guest's argv without its firmware; the accelerator is a parameter so that a test can show the firmware itself to be sound. */
export function kvmTestArguments(accelerator: 'kvm' | 'tcg', cpu: string): readonly string[] {
  return [
    ...['-machine', 'q35', '-accel', accelerator, '-cpu', cpu, '-m', '4M'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=1'],
  ];
}

function unusable(reason: string): AccelerationFacts {
  return { usable: false, name: 'kvm', reason };
}
