import { messageOf } from '../../../errors.js';
import type { FileFacts } from '../../../effects/ports/files.js';
import type { Ports } from '../../../effects/ports.js';
import type { HypervisorFacts, ProbeWish } from '../../contract/facts.js';
import { createXl } from '../channel/xl/xl.js';
import { obstacleToControl, type Obstacle } from './control-domain.js';
import { uefiFirmware } from './firmware.js';
import { kernelBackEnds } from './kernel-back-ends.js';
import { addToProbeCache, emptyCache, fingerprintOf, readProbeCache, type KnownXen } from './probe-cache.js';
import { abilitiesOf, askQemu } from './qemu-abilities.js';
import { suspendAbility } from './suspend.js';
import { findXenQemu } from './vnc-password.js';

/** The oldest that the adapter was written for. */
const oldest = { major: 4, minor: 17 } as const;

/**
 * What Xen can do on this host. `machines` are the guest types that it can run, `devices` the abilities that it names itself (`hap`,
 * `hvm_directio`), `suspend` where xl can, and `vnc-password` (or `vnc-password-unknown`) and `late-devices` of the QEMU that serves devices. A
 * host without Xen costs the reading of two files, and no process; the answers of xl and of each QEMU are cached by boot and binary, and what
 * is in a firmware image by its file.
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
  let xen: KnownXen;
  let abilities: readonly string[];
  try {
    ({ abilities, xen } = await answers(ports, cacheDirectory, { executable, file, deviceModel: wish.deviceModel }, wish.fresh === true));
  } catch (error) {
    // Also where the tools do not match the hypervisor: they then refuse to talk to it.
    return { ...unusable({ reason: messageOf(error), cure: `see what "${executable} info" says; its package must match the Xen that was booted` }), executable };
  }
  const [backEnds, firmware] = await Promise.all([kernelBackEnds(ports.files), uefiFirmware(ports, cacheDirectory, wish.fresh)]);
  const machines = guestTypes(xen);
  const facts = { ...xenFacts(xen, abilities), executable, machines, kernelBackEnds: backEnds, ...firmware };
  const found = isNewEnough(xen) ? lack(machines) : { reason: `Xen ${xen.version} is older than ${oldest.major}.${oldest.minor}`, cure: 'install a later Xen' };
  if (found !== undefined) return { ...facts, usable: false, ...found, acceleration: { usable: false, name: 'xen', reason: found.reason } };
  return { ...facts, usable: true, acceleration: { usable: true, name: 'xen', reason: `guests run on Xen ${xen.version} itself, as ${machines.join(', ')}` } };
}

interface Tools {
  readonly executable: string;
  readonly file: FileFacts;
  readonly deviceModel: string | undefined;
}

interface Answers {
  readonly xen: KnownXen;
  /** Of the QEMU. */
  readonly abilities: readonly string[];
}

/** Of xl and of the QEMU, each asked once a boot. */
async function answers(ports: Ports, directory: string, { deviceModel, executable, file }: Tools, fresh: boolean): Promise<Answers> {
  const [{ bootId }, qemu] = await Promise.all([ports.host.facts(), findXenQemu(ports.files, deviceModel)]);
  const known = fresh ? emptyCache : await readProbeCache(ports.files, directory, bootId);
  const xl = fingerprintOf(executable, file);
  const knownXen = known.xens[xl];
  // What could not be asked is asked again.
  const xen = knownXen?.suspends === undefined ? await askXen(ports, executable) : knownXen;
  const served = qemu === undefined ? undefined : fingerprintOf(qemu.path, qemu.facts);
  const before = served === undefined ? {} : (known.qemus[served] ?? {});
  const learned = qemu === undefined ? {} : await askQemu(ports.processes, qemu, xen.version, before);
  const all = { ...before, ...learned };
  if (xen !== knownXen || Object.keys(learned).length > 0) {
    await addToProbeCache(ports.files, directory, bootId, { xens: { [xl]: xen }, qemus: served === undefined ? {} : { [served]: all } });
  }
  return { xen, abilities: abilitiesOf(all, deviceModel !== undefined) };
}

async function askXen(ports: Ports, executable: string): Promise<KnownXen> {
  const xl = createXl(ports.processes, executable);
  const [{ capabilities, highestCpu, major, minor, version, virtualization }, suspends] = await Promise.all([xl.info(), xl.canSuspend().catch(() => undefined)]);
  return { version, major, minor, highestCpu, capabilities: [...capabilities], virtualization: [...virtualization], ...(suspends === undefined ? {} : { suspends }) };
}

function xenFacts({ highestCpu, suspends, version, virtualization }: KnownXen, abilities: readonly string[]): Pick<HypervisorFacts, 'hypervisor' | 'version' | 'highestCpu' | 'devices'> {
  return { hypervisor: 'xen', version, highestCpu, devices: [...virtualization, ...(suspends === true ? [suspendAbility] : []), ...abilities] };
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
