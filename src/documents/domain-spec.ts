import { z } from 'zod';
import { boot } from './schema/boot.js';
import { cloudInit } from './schema/cloud-init.js';
import { cpu, memory } from './schema/compute.js';
import { display, input, serial } from './schema/consoles.js';
import { deadlines } from './schema/deadlines.js';
import { can, pci, tpm, usb, vsock } from './schema/devices.js';
import { hypervisor, HYPERVISORS, overrides } from './schema/hypervisors.js';
import { smbios } from './schema/identity.js';
import { limits, memoryOverhead, user } from './schema/isolation.js';
import { metadata } from './schema/metadata.js';
import { networks } from './schema/networks.js';
import { probes } from './schema/probes.js';
import { restart } from './schema/restart.js';
import { hostPath } from './schema/scalars.js';
import { closed, type Finding, whenSound } from './schema/shapes.js';
import { cdrom, disks, shares } from './schema/storage.js';
import { watchdog } from './schema/watchdog.js';
import { says } from './wording.js';

/** The version of the format that this engine reads. */
export const API_VERSION = 'windlass/v1';

/** What a domain should be. The output has every default filled in; what may still be undefined is the planner's to choose. */
export const domainSpec = closed({
  power: z
    .enum(['running', 'suspended', 'paused', 'halted'])
    .default('running')
    .describe('Power state that the domain should be in. suspended: the guest puts itself to sleep, stays in memory, and wakes where it was.'),
  hypervisor: hypervisor
    .prefault('auto')
    .describe('Hypervisor, or several in the order of preference.')
    .meta({ examples: ['auto', ['firecracker', 'qemu']] }),
  acceleration: z
    .enum(['require', 'prefer', 'none'])
    .default('prefer')
    .describe('Virtualization by the CPU: require it, prefer it, or emulate.'),
  cpu: cpu
    .prefault(1)
    .describe('Virtual CPUs; a bare number is the count.')
    .meta({ examples: [2, { count: 2, max: 4, pinning: '0-3' }] }),
  memory: memory.describe('Memory of the guest; a bare size is the size.').meta({ examples: ['64Mi', { size: '1Gi', max: '4Gi' }] }),
  boot: boot.prefault({}).describe('How the guest starts.'),
  disks: disks.prefault([]).describe('Disks, in the order that the guest sees.'),
  cdrom: cdrom.optional().describe('CD-ROM drive; a bare path is the image.'),
  shares: shares.default([]).describe('Directories of the host that the guest can mount.'),
  networks: networks.prefault([]).describe('Network devices.'),
  serial: serial.prefault([{}]).describe('Serial ports; the first is the console. The default is one on a socket, with a log.'),
  display: display.optional().describe('Graphical display; left out, there is none.'),
  input: input.default([]).describe('Input devices.'),
  sound: z.boolean().default(false).describe('A sound device.'),
  rng: z.boolean().default(true).describe('A source of random numbers from the host.'),
  crypto: z.boolean().default(false).describe('A device that encrypts for the guest.'),
  watchdog: watchdog
    .optional()
    .describe('A watchdog that the guest starts and feeds; a bare word says what happens when it runs out.')
    .meta({ examples: ['restart'] }),
  guestAgent: z
    .boolean()
    .default(false)
    .describe('A port for the QEMU guest agent (qemu-ga), which is asked to shut the guest down before its power button is pressed; probes can ask it too.'),
  tpm: tpm.optional().describe('A virtual TPM; true is version 2.0.'),
  vsock: vsock.optional().describe('A socket between host and guest; true lets the engine choose the context number.'),
  can: can.prefault([]).describe('CAN buses of the host that the guest joins.'),
  usb: usb.prefault([]).describe('USB devices of the host that the guest takes over.'),
  pci: pci.prefault([]).describe('PCI devices of the host that the guest takes over.'),
  spoofing: z.boolean().default(false).describe('Hide from the guest that it runs on a hypervisor.'),
  smbios: smbios.prefault({}).describe('Strings in the SMBIOS tables.'),
  acpiTables: z.array(hostPath).max(16).default([]).describe('Files with ACPI tables that are added to those of the machine.'),
  cloudInit: cloudInit.optional().describe('Seed data for cloud-init.'),
  restart: restart
    .prefault({})
    .describe('When to start the domain again after it ended; a bare word is the policy.')
    .meta({ examples: ['Always'] }),
  onChange: z
    .enum(['restart', 'defer'])
    .default('restart')
    .describe('What to do about a change that a running guest cannot take: restart it, or wait for its next start.'),
  probes: probes.prefault({}).describe('How to see that the guest is ready, and that it still lives.'),
  deadlines: deadlines.prefault({}).describe('The longest that each wait may take.'),
  memoryOverhead: memoryOverhead.optional().describe('Memory of the anchor process beyond that of the guest; left out, it is estimated.'),
  limits: limits.prefault({}).describe('What the anchor process may use on the host.'),
  sandbox: z.boolean().default(true).describe('Confine the anchor process.'),
  user: user
    .optional()
    .describe('User of the host that the anchor process runs as.')
    .meta({ examples: ['qemu', 64055] }),
  ...overrides,
}).check(
  whenSound((spec): Finding[] => [
    ...HYPERVISORS.flatMap((name) =>
      spec[name] === undefined || spec.hypervisor.includes('auto') || spec.hypervisor.includes(name)
        ? []
        : [{ path: [name], message: `has no effect, because hypervisor is ${spec.hypervisor.join(', ')}` }],
    ),
    // Probes change under a running guest, and a port does not: none is added for them in silence.
    ...(spec.guestAgent ? [] : agentProbes(spec.probes)).map((path) => ({ path: ['probes', ...path], message: 'needs guestAgent: true, which gives the agent its port' })),
  ]),
);

/** Paths of the probes that ask the guest's agent. */
function agentProbes({ live, ready }: z.output<typeof probes>): readonly (readonly string[])[] {
  return [...('guestAgent' in ready ? [['ready', 'guestAgent']] : []), ...(live !== undefined && 'guestAgent' in live.check ? [['live', 'check', 'guestAgent']] : [])];
}

/** One document: a domain that should exist on the node. */
export const domainDocument = closed({
  apiVersion: z
    .literal(API_VERSION, { error: says('is not a version that this engine knows', `write ${API_VERSION}`) })
    .describe('Version of this format.'),
  kind: z.literal('Domain', { error: says('is not a kind that this engine knows', 'write Domain') }).describe('Kind of document.'),
  metadata: metadata.describe('Who the domain is.'),
  spec: domainSpec.describe('What the domain should be.'),
});

/** A domain as a user asks for it, complete with defaults. Sizes are bytes, durations milliseconds, paths absolute once parsed. */
export type DomainDocument = z.output<typeof domainDocument>;
/** The desired state of a domain. */
export type DomainSpec = DomainDocument['spec'];
/** A document as it may be written, with its shorthand forms and without defaults. */
export type DomainDocumentInput = z.input<typeof domainDocument>;
/** Desired power state. */
export type Power = DomainSpec['power'];
/** How much the domain needs virtualization by the CPU. */
export type Acceleration = DomainSpec['acceleration'];
/** What to do about a change that needs a restart. */
export type OnChange = DomainSpec['onChange'];

export type { BootDevice, BootSpec } from './schema/boot.js';
export type { CloudInitPart, CloudInitSpec } from './schema/cloud-init.js';
export type { CpuSpec, MemorySpec } from './schema/compute.js';
export type { DisplaySpec, InputDevice, SerialSpec, VncSpec } from './schema/consoles.js';
export type { Deadlines } from './schema/deadlines.js';
export type { CanSpec, PciSpec, TpmSpec, UsbSpec, VsockSpec } from './schema/devices.js';
export type {
  AcrnOverrides,
  FirecrackerOverrides,
  HypervisorChoice,
  HypervisorName,
  ProcessOverrides,
  QemuOverrides,
  Solo5Overrides,
  XenOverrides,
} from './schema/hypervisors.js';
export type { SmbiosSpec } from './schema/identity.js';
export type { HostUser, ResourceLimits } from './schema/isolation.js';
export type { DomainMetadata } from './schema/metadata.js';
export type { NetworkSpec, PortForward } from './schema/networks.js';
export type { LivenessProbe, ProbesSpec, ReadinessProbe } from './schema/probes.js';
export type { RestartPolicy, RestartSpec } from './schema/restart.js';
export type { SecretReference } from './schema/secrets.js';
export type { CdromSpec, DiskSpec, ShareSpec } from './schema/storage.js';
export type { WatchdogSpec } from './schema/watchdog.js';
