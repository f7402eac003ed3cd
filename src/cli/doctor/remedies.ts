import type { Ports } from '../../index.js';

export interface Remedy {
  /** What is missing, as a sentence. */
  readonly what: string;
  /** What mends it: a sentence or a command. */
  readonly cure: string;
}

/** Why KVM is of no use here, and what would make it so. The order is that of likelihood to help. */
export async function kvmRemedy(ports: Ports, reason: string): Promise<readonly Remedy[]> {
  const what = `no acceleration: ${reason}`;
  if (await ports.files.accessible('/dev/kvm', 'write'))
    return [{ what, cure: 'this KVM does not run guests (it may itself be emulated): use a host with real or nested virtualization, or acceleration: none' }];
  if ((await ports.files.stat('/dev/kvm')) !== undefined)
    return [{ what, cure: 'as root: usermod -aG kvm <user>, then log in again' }];
  const cpu = (await ports.files.readText('/proc/cpuinfo')) ?? '';
  const module = /^flags.*\bvmx\b/m.test(cpu) ? 'kvm_intel' : /^flags.*\bsvm\b/m.test(cpu) ? 'kvm_amd' : undefined;
  if (module !== undefined) return [{ what, cure: `as root: modprobe ${module}` }];
  return [{ what, cure: 'enable virtualization (VT-x or AMD-V) in the firmware, or nested virtualization in the host around this one; guests run without it, but slowly' }];
}

/** Longest name of a domain, and of a socket in its directory, in bytes. */
const longestBelow = Buffer.byteLength('/firecracker/') + 63 + Buffer.byteLength('/monitor');
/** sun_path of unix(7) without its final NUL. */
const longestSocket = 107;

export function stateDirectoryRemedy(path: string, writable: boolean): Remedy | null {
  if (!writable) return { what: 'it cannot be written by this user', cure: 'run as its owner, or name another with --state-dir or WINDLASS_STATE_DIR' };
  const room = longestSocket - Buffer.byteLength(path) - longestBelow;
  if (room >= 0) return null;
  return {
    what: `its path is long: names of domains may have ${Math.max(0, 63 + room)} characters, or their sockets' paths pass ${longestSocket} bytes`,
    cure: 'name a shorter one with --state-dir or WINDLASS_STATE_DIR',
  };
}
