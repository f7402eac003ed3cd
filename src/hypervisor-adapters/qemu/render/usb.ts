import type { InputDevice, UsbSpec } from '../../../documents/domain-spec.js';
import type { PropertyValue } from '../../../device-model/model.js';
import type { Claim } from '../../contract/claim.js';
import { joinParts, part, type DeviceDraft, type Part, type PlanContext } from './part.js';

const hostAdapter = 'usb0';

/** Input devices and devices of the host, on one USB host adapter that exists only if something needs it. */
export function usb(context: PlanContext): Part {
  const { input, usb: taken } = context.document.spec;
  if (input.length + taken.length === 0) return part({});
  return joinParts([
    part({ devices: [controller(input.length > 0 ? 'spec.input' : 'spec.usb')] }),
    ...input.map((kind, index) => part({ devices: [inputDevice(kind, index)] })),
    ...taken.map((device, index) => part({ devices: [hostDevice(device, index)], claims: [claim(device, index)] })),
  ]);
}

const inputFrontEnds: Readonly<Record<InputDevice, string>> = { keyboard: 'usb-kbd', tablet: 'usb-tablet', mouse: 'usb-mouse' };

function inputDevice(kind: InputDevice, index: number): DeviceDraft {
  return {
    id: `input${index}`,
    class: 'input',
    frontEnd: inputFrontEnds[kind],
    placement: { bus: `${hostAdapter}.0` },
    backEnd: { kind: 'vmm', name: 'display' },
    why: 'every operating system has a driver for USB input devices',
    field: `spec.input[${index}]`,
    properties: {},
    wiring: {},
  };
}

function hostDevice(device: UsbSpec, index: number): DeviceDraft {
  return {
    id: `usb-host${index}`,
    class: 'usb',
    frontEnd: 'usb-host',
    placement: { bus: `${hostAdapter}.0` },
    backEnd: { kind: 'vmm', name: 'libusb', host: nameOf(device) },
    why: 'the device is plugged into the guest whenever it is there',
    field: `spec.usb[${index}]`,
    properties: identifying(device),
    wiring: {},
  };
}

function identifying(device: UsbSpec): Readonly<Record<string, PropertyValue>> {
  if ('bus' in device) return { hostbus: device.bus, hostport: device.port };
  return { vendorid: Number.parseInt(device.vendor, 16), productid: Number.parseInt(device.product, 16) };
}

function claim(device: UsbSpec, index: number): Claim {
  return { kind: 'usb', id: nameOf(device), mode: 'exclusive', field: `spec.usb[${index}]` };
}

function nameOf(device: UsbSpec): string {
  return 'bus' in device ? `${device.bus}-${device.port}` : `${device.vendor}:${device.product}`;
}

function controller(field: string): DeviceDraft {
  return {
    id: hostAdapter,
    class: 'controller',
    frontEnd: 'qemu-xhci',
    placement: { slot: 'low' },
    backEnd: { kind: 'vmm', name: 'qemu' },
    why: 'xHCI costs no CPU while nothing moves, and has room for all USB devices',
    field,
    // Room for the most that a document can ask for would be 35; QEMU has 15 ports of a kind.
    properties: { p2: 15, p3: 15 },
    wiring: {},
  };
}
