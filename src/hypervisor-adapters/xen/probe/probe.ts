import { messageOf } from '../../../errors.js';
import type { Ports } from '../../../effects/ports.js';
import type { HypervisorFacts, ProbeWish } from '../../contract.js';
import { createXl } from '../channel/xl/xl.js';
import { obstacleToControl, type Obstacle } from './control-domain.js';
import { uefiFirmware } from './firmware.js';
import { kernelBackEnds } from './kernel-back-ends.js';
import { readProbeCache, writeProbeCache, type KnownXen } from './probe-cache.js';
import { suspendAbility } from './suspend.js';
import { findXenQemu, takesVncPasswords, vncPasswordAbility, type XenQemu } from './vnc-password.js';

/** The oldest that the adapter was written for. */
const oldest = { major: 4, minor: 17 } as const;

/**
 * What Xen can do on this host. `machines` are the guest types that it can run, `devices` the abilities that it names itself (`hap`,
 * `hvm_directio`), `vnc-password` and `suspend`. A host without Xen costs the reading of two files, and no process; the answer of `xl info` is cached by boot and binary.
 */
export async function probe(ports: Ports, cacheDirectory: string, wish: ProbeWish = { acceleration: true }): Promise<HypervisorFacts> {
  const obstacle = await obstacleToControl(ports.files);
  if (obstacle !== undefined) return unusable(obstacle);
  const name = wish.executable ?? 'xl';
  const executable = await ports.files.findExecutable(name);
  const file = executable === undefined ? undefined : await ports.files.stat(executable);
  if (executable === undefined || file === undefined) {
    const cure = name === 'xl' ? 'install it: apt-get install xen-utils, dnf install xen-runtime or apk add xen' : `correct the path of ${name}`;
    return unusable({ reason: `${name} is not installed`, cure });
  }
  const qemu = await findXenQemu(ports.files);
  const fingerprint = [executable, file, qemu?.path, qemu?.facts].map((part) => (typeof part === 'object' ? `${part.id} ${part.size} ${part.modified}` : part)).join('|');
  let xen: KnownXen;
  try {
    xen = await knownXen(ports, cacheDirectory, { executable, qemu, fingerprint }, wish.fresh === true);
  } catch (error) {
    // Also where the tools do not match the hypervisor: they then refuse to talk to it.
    return { ...unusable({ reason: messageOf(error), cure: `see what "${executable} info" says; its package must match the Xen that was booted` }), executable };
  }
  const [backEnds, firmware] = await Promise.all([kernelBackEnds(ports.files), uefiFirmware(ports)]);
  const machines = guestTypes(xen);
  const facts = { ...xenFacts(xen), executable, machines, kernelBackEnds: backEnds, firmware };
  const found = isNewEnough(xen) ? lack(machines) : { reason: `Xen ${xen.version} is older than ${oldest.major}.${oldest.minor}`, cure: 'install a later Xen' };
  if (found !== undefined) return { ...facts, usable: false, ...found, acceleration: { usable: false, name: 'xen', reason: found.reason } };
  return { ...facts, usable: true, acceleration: { usable: true, name: 'xen', reason: `guests run on Xen ${xen.version} itself, as ${machines.join(', ')}` } };
}

interface Tools {
  readonly executable: string;
  readonly qemu: XenQemu | undefined;
  readonly fingerprint: string;
}

async function knownXen(ports: Ports, directory: string, { executable, fingerprint, qemu }: Tools, fresh: boolean): Promise<KnownXen> {
  const { bootId } = await ports.host.facts();
  const cached = fresh ? undefined : await readProbeCache(ports.files, directory, bootId, fingerprint);
  if (cached !== undefined) return cached;
  const xl = createXl(ports.processes, executable);
  const [info, vncPasswords, suspends] = await Promise.all([xl.info(), qemu === undefined ? false : takesVncPasswords(ports.processes, qemu), xl.canSuspend().catch(() => undefined)]);
  const { version, major, minor, capabilities, virtualization } = info;
  const found = { version, major, minor, capabilities: [...capabilities], virtualization: [...virtualization], vncPasswords: vncPasswords ?? false, suspends: suspends ?? false };
  // What could not be asked is asked again.
  if (vncPasswords !== undefined && suspends !== undefined) await writeProbeCache(ports.files, directory, bootId, fingerprint, found);
  return found;
}

function xenFacts({ suspends, version, virtualization, vncPasswords }: KnownXen): Pick<HypervisorFacts, 'hypervisor' | 'version' | 'devices'> {
  return { hypervisor: 'xen', version, devices: [...virtualization, ...(vncPasswords ? [vncPasswordAbility] : []), ...(suspends ? [suspendAbility] : [])] };
}

/** By the interfaces that Xen offers: what the CPU and Xen's build do not have is not among them. */
function guestTypes({ capabilities }: KnownXen): readonly string[] {
  return [
    ...(capabilities.includes('xen-3.0-x86_64') ? ['pv'] : []),
    ...(capabilities.includes('hvm-3.0-x86_64') ? ['pvh', 'hvm'] : []),
  ];
}

function isNewEnough({ major, minor }: KnownXen): boolean {
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

function lack(machines: readonly string[]): Obstacle | undefined {
  return machines.length > 0 ? undefined : { reason: 'this Xen offers no interface for 64-bit x86 guests', cure: 'boot a Xen for x86_64' };
}

function unusable({ cure, reason, untilReboot }: Obstacle): HypervisorFacts {
  return {
    hypervisor: 'xen',
    usable: false,
    reason,
    cure,
    ...(untilReboot === undefined ? {} : { untilReboot }),
    acceleration: { usable: false, name: 'xen', reason },
    machines: [],
    devices: [],
    kernelBackEnds: [],
  };
}
