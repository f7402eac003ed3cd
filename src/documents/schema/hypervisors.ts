import { z } from 'zod';
import { anyOf, says } from '../wording.js';
import { closed } from './shapes.js';
import { count, hostPath, line, word } from './scalars.js';

/** Hypervisors that a document can name. */
export const HYPERVISORS = ['qemu', 'xen', 'firecracker', 'acrn', 'solo5', 'process'] as const;

const choiceError = says('is not a hypervisor', `write ${anyOf(['auto', ...HYPERVISORS])}, or a list in the order of preference`);
const choice = z.enum(['auto', ...HYPERVISORS], { error: choiceError });

/** Hypervisors in the order of preference; `auto` stands for whatever else the node has, so nothing follows it. */
export const hypervisor = z
  .union(
    [
      choice,
      z
        .array(choice)
        .min(1)
        .max(HYPERVISORS.length + 1),
    ],
    { error: choiceError },
  )
  .transform((written) => [written].flat())
  .refine((order) => new Set(order).size === order.length, { error: 'names a hypervisor twice' })
  .refine((order) => !order.slice(0, -1).includes('auto'), { error: 'names a hypervisor after auto, which already means any' });

const domainName = word(64, 'the name of a domain');

/** Xen has no accelerator to choose and no VMM binary to run without its toolstack. */
const xen = closed({
  type: z.enum(['auto', 'pv', 'pvh', 'hvm']).default('auto').describe('Kind of guest.'),
  deviceModel: hostPath.optional().describe('QEMU binary that serves devices.'),
  tpmBackend: domainName.optional().describe('Domain that serves the vTPM of this one, for tpm: a stub domain, or Domain-0 with a program.').meta({ examples: ['web-vtpm'] }),
  displayBackend: domainName.optional().describe('Domain whose program shows the display of this one; dom0 is Domain-0.').meta({ examples: ['Domain-0'] }),
  displayConnector: word(64, 'the name of a connector')
    .optional()
    .describe('Where that program shows it: an output of its graphics card, or the number of a Wayland surface. Default 0.')
    .meta({ examples: ['HDMI-A-1', '1000'] }),
  displayInput: line(256)
    .optional()
    .describe('What that program takes keys and movements from, in its own words. Default: from where it shows the display.')
    .meta({ examples: ['K:/dev/input/event0;P:/dev/input/event1'] }),
  soundBackend: domainName.optional().describe('Domain whose program plays the sound of this one, for sound; dom0 is Domain-0.').meta({ examples: ['Domain-0'] }),
  soundDevice: line(256).optional().describe('What that program plays it on and records from, in its own words. Default alsa<plughw:0;0>, the first card.').meta({ examples: ['alsa<hw:1;0>', 'pulse'] }),
  pvcalls: domainName.optional().describe('Domain that makes the connections of the guest, by its kernel or a program; dom0 is Domain-0.').meta({ examples: ['Domain-0'] }),
});

const qemu = closed({
  binary: hostPath
    .optional()
    .describe('QEMU system emulator.')
    .meta({ examples: ['/usr/bin/qemu-system-x86_64'] }),
  machine: word(64, 'a machine type')
    .optional()
    .describe('Machine type.')
    .meta({ examples: ['q35', 'microvm'] }),
  cpuModel: z
    .string()
    .max(512)
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*(,[+-]?[A-Za-z0-9][A-Za-z0-9_.-]*(=[A-Za-z0-9_.-]+)?)*$/, {
      error: says('is not a CPU model', 'write a model with optional features, such as host or max,-vmx'),
    })
    .optional()
    .describe('CPU model with features.')
    .meta({ examples: ['host', 'max,-vmx'] }),
});

const firecracker = closed({
  binary: hostPath.optional().describe('Firecracker binary.'),
  jailer: hostPath.optional().describe('Jailer binary.'),
  cpuTemplate: hostPath.optional().describe('File with a custom CPU template.'),
});

const acrn = closed({
  binary: hostPath.optional().describe('acrn-dm binary.'),
  realTime: z.boolean().default(false).describe('A real-time domain, which cannot be stopped from outside.'),
});

const solo5 = closed({
  tender: z.enum(['auto', 'hvt', 'spt']).default('auto').describe('Tender that the unikernel was built for.'),
  binary: hostPath.optional().describe('Tender binary.'),
  arguments: z.array(line(4096)).max(64).default([]).describe('Arguments of the unikernel.'),
});

const process = closed({
  command: z
    .array(line(4096))
    .min(1)
    .max(256)
    .describe('Program and its arguments; no shell reads them.')
    .meta({ examples: [['/usr/bin/sleep', '3600']] }),
  workingDirectory: hostPath.optional().describe('Directory that the program starts in.'),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), line(4096))
    .default({})
    .describe('Environment of the program; nothing is inherited.'),
  niceness: count(-20, 19).default(0).describe('Scheduling niceness.'),
});

/** Settings that only one hypervisor understands. */
export const overrides = {
  qemu: qemu.optional().describe('Overrides for QEMU.'),
  xen: xen.optional().describe('Overrides for Xen.'),
  firecracker: firecracker.optional().describe('Overrides for Firecracker.'),
  acrn: acrn.optional().describe('Overrides for ACRN.'),
  solo5: solo5.optional().describe('Overrides for solo5.'),
  process: process.optional().describe('The program, where the domain is a process without a hypervisor.'),
};

/** The name of a hypervisor. */
export type HypervisorName = (typeof HYPERVISORS)[number];
/** What a document may ask for. */
export type HypervisorChoice = HypervisorName | 'auto';
/** Overrides for QEMU. */
export type QemuOverrides = z.output<typeof qemu>;
/** Overrides for Xen. */
export type XenOverrides = z.output<typeof xen>;
/** Overrides for Firecracker. */
export type FirecrackerOverrides = z.output<typeof firecracker>;
/** Overrides for ACRN. */
export type AcrnOverrides = z.output<typeof acrn>;
/** Overrides for solo5. */
export type Solo5Overrides = z.output<typeof solo5>;
/** The program of a domain that is a process. */
export type ProcessOverrides = z.output<typeof process>;
