import type { DisplaySpec, VncSpec } from '../../../documents/domain-spec.js';
import { jsonArgument, type Argument } from './argument.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';

/** Memory of a standard VGA device, bytes. */
const frameBuffer = 16 * 1024 ** 2;
const audio = 'audio0';
/** Display numbers are 0 to 99 in documents; QEMU looks for a free one up to here. */
const lastDisplay = 99;

/** A graphics device and who shows it, and a sound device and who hears it. */
export function display(context: PlanContext): Part {
  const { display: wanted, sound } = context.document.spec;
  return joinParts([wanted === undefined ? part({}) : graphics(wanted, sound), sound ? soundDevice(wanted?.vnc !== undefined) : part({})]);
}

function graphics({ vnc, resolution }: DisplaySpec, sound: boolean): Part {
  return part({
    devices: [
      {
        id: 'video0',
        class: 'display',
        frontEnd: 'VGA',
        placement: { slot: 'low' },
        backEnd: vnc === undefined ? { kind: 'vmm', name: 'none' } : { kind: 'vmm', name: 'vnc', host: listener(vnc) },
        why: 'firmware and every operating system can draw on standard VGA',
        field: 'spec.display',
        properties: resolution === undefined ? {} : { edid: true, xres: resolution.width, yres: resolution.height },
        wiring: {},
      },
    ],
    backEnds: vnc === undefined ? [] : [vncArgument(vnc, sound)],
    claims: vnc?.display === undefined ? [] : [{ kind: 'vnc-display', id: `${vnc.address}:${vnc.display}`, mode: 'exclusive', field: 'spec.display.vnc.display' }],
    memory: frameBuffer,
  });
}

function vncArgument(vnc: VncSpec, sound: boolean): Argument {
  // Without a number in the document QEMU itself looks for the first free port: nobody can take it in between.
  const search = vnc.display === undefined ? `,to=${lastDisplay}` : '';
  // Until the engine has set one, nobody knows it.
  const password = vnc.password === undefined ? '' : ',password=on';
  return ['-vnc', `${listener(vnc)}${search}${password}${sound ? `,audiodev=${audio}` : ''}`];
}

function listener({ address, display: number }: VncSpec): string {
  return `${address.includes(':') ? `[${address}]` : address}:${number ?? 0}`;
}

function soundDevice(heardOverVnc: boolean): Part {
  return part({
    devices: [
      {
        id: 'sound0',
        class: 'controller',
        frontEnd: 'ich9-intel-hda',
        placement: { slot: 'low' },
        backEnd: { kind: 'vmm', name: 'qemu' },
        why: 'Intel HDA has a driver in every operating system; QEMU 7.2 has no virtio sound',
        field: 'spec.sound',
        properties: {},
        wiring: {},
      },
      {
        id: 'codec0',
        class: 'sound',
        frontEnd: 'hda-duplex',
        placement: { bus: 'sound0.0' },
        backEnd: { kind: 'vmm', name: heardOverVnc ? 'vnc' : 'none' },
        why: heardOverVnc ? 'VNC viewers hear the guest' : 'the guest has a working device, and nobody listens',
        field: 'spec.sound',
        properties: {},
        wiring: { audiodev: audio },
      },
    ],
    backEnds: [jsonArgument('-audiodev', { driver: 'none', id: audio })],
  });
}
