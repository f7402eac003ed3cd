import { messageOf } from '../../../errors.js';
import type { Ports } from '../../../effects/ports.js';
import type { HypervisorFacts, ProbeWish } from '../../contract/facts.js';
import { askBinary } from './binary-facts.js';
import { uefiFirmware } from './firmware.js';
import { kernelBackEnds } from './kernel-back-ends.js';
import { type AccelerationFacts, kvmWithoutTest, testKvm } from './kvm-test.js';
import { ProbeCache, type CacheEntry } from './probe-cache.js';
import { isAtLeast } from './version.js';

/** The emulator of the only guest architecture that is served yet. */
const emulator = 'qemu-system-x86_64';

/** `-action`, and `-device` and `-object` as JSON, are there from here on. */
const oldestVersion = '6.2';

/**
 * What QEMU can do on this host. Everything that needs a process is cached by boot and binary (path, size, time of change), so that a
 * later probe reads one file; the test of KVM runs only when asked for, beside the other questions.
 */
export async function probe(ports: Ports, cacheDirectory: string, wish: ProbeWish = { acceleration: true }): Promise<HypervisorFacts> {
  const name = wish.executable ?? emulator;
  const executable = await ports.files.findExecutable(name);
  const file = executable === undefined ? undefined : await ports.files.stat(executable);
  if (executable === undefined || file === undefined) return missing(name);

  const [host, backEnds, firmware, untested] = await Promise.all([
    ports.host.facts(),
    kernelBackEnds(ports),
    uefiFirmware(ports.files),
    kvmWithoutTest(ports),
  ]);
  const cache = new ProbeCache(ports.files, cacheDirectory, host.bootId);
  const fingerprint = [executable, file.id, file.size, file.modified].join('|');
  const known = wish.fresh === true ? undefined : await cache.read(fingerprint);

  const test = wish.acceleration && untested === undefined && known?.kvm === undefined;
  let found: CacheEntry;
  try {
    const [binary, kvm] = await Promise.all([
      known ?? askBinary(ports, executable),
      test ? testKvm(ports, executable, cacheDirectory) : known?.kvm,
    ]);
    found = { version: binary.version, machines: [...binary.machines], devices: [...binary.devices], ...(kvm === undefined ? {} : { kvm }) };
  } catch (error) {
    return { ...missing(name), executable, reason: messageOf(error), cure: `see what "${executable} --version" says` };
  }
  if (test || known === undefined) await cache.write(fingerprint, found);

  const { version, machines, devices, kvm } = found;
  const acceleration = untested ?? kvm ?? notTested;
  const facts = { hypervisor: 'qemu' as const, version, executable, acceleration, machines, devices, kernelBackEnds: backEnds, firmware };
  if (isAtLeast(version, oldestVersion)) return { ...facts, usable: true };
  return { ...facts, usable: false, reason: `QEMU ${version} is older than ${oldestVersion}`, cure: `install QEMU ${oldestVersion} or later` };
}

const notTested: AccelerationFacts = { usable: false, name: 'kvm', reason: 'not tested, because no document asks for acceleration' };

function missing(name: string): HypervisorFacts {
  return {
    hypervisor: 'qemu',
    usable: false,
    reason: `${name} is not installed`,
    cure: name === emulator ? 'install it: apt-get install qemu-system-x86, dnf install qemu-system-x86 or apk add qemu-system-x86_64' : `correct the path of ${name}`,
    acceleration: { usable: false, name: 'kvm', reason: 'there is no QEMU to test it with' },
    machines: [],
    devices: [],
    kernelBackEnds: [],
  };
}
