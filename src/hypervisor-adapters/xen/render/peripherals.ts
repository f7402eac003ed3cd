import type { PlannedDevice } from '../../../device-model/model.js';
import type { InputDevice, UsbSpec } from '../../../documents/domain-spec.js';
import { part, type Part, type PlanContext } from './part.js';
import { splitValues } from './spec-string.js';

/**
 * USB and sound of an emulated PC. xl has no word for a USB device by its identity or its port: QEMU is told itself, on the controller that
 * xl makes.
 */
export function peripherals({ document: { spec }, type }: PlanContext): Part {
  if (type !== 'hvm') return part({});
  const { input, usb, sound } = spec;
  const controlled = input.length + usb.length > 0;
  return part({
    devices: [
      ...(controlled ? [controller(input.length > 0 ? 'spec.input' : 'spec.usb')] : []),
      ...input.map(inputDevice),
      ...usb.map(hostDevice),
      ...(sound ? [soundDevice] : []),
    ],
    settings: [
      ...(controlled ? [{ key: 'usbversion', value: 3, field: 'spec.usb' }] : []),
      ...(sound ? [{ key: 'soundhw', value: 'hda', field: 'spec.sound' }] : []),
    ],
    deviceModelArgs: [...input.map((kind) => `${inputFrontEnds[kind]},bus=usb.0`), ...usb.map(usbHost)].flatMap((device) => ['-device', device]),
    problems: usb.flatMap((device, index) => splitValues([{ key: 'usb-host', value: nameOf(device), field: `spec.usb[${index}]` }])),
    claims: usb.map((device, index) => ({ kind: 'usb', id: nameOf(device), mode: 'exclusive', field: `spec.usb[${index}]` })),
  });
}

const inputFrontEnds: Readonly<Record<InputDevice, string>> = { keyboard: 'usb-kbd', tablet: 'usb-tablet', mouse: 'usb-mouse' };

function inputDevice(kind: InputDevice, index: number): PlannedDevice {
  return {
    id: `input${index}`,
    class: 'input',
    frontEnd: inputFrontEnds[kind],
    bus: 'usb.0',
    backEnd: { kind: 'process', name: 'qemu' },
    why: 'every operating system has a driver for USB input devices',
    field: `spec.input[${index}]`,
    properties: {},
  };
}

function hostDevice(device: UsbSpec, index: number): PlannedDevice {
  return {
    id: `usb-host${index}`,
    class: 'usb',
    frontEnd: 'usb-host',
    bus: 'usb.0',
    backEnd: { kind: 'process', name: 'libusb', host: nameOf(device) },
    why: 'the device is plugged into the guest whenever it is there',
    field: `spec.usb[${index}]`,
    properties: {},
  };
}

function usbHost(device: UsbSpec): string {
  const identity = 'bus' in device ? `hostbus=${device.bus},hostport=${device.port}` : `vendorid=0x${device.vendor},productid=0x${device.product}`;
  return `usb-host,bus=usb.0,${identity}`;
}

function nameOf(device: UsbSpec): string {
  return 'bus' in device ? `${device.bus}-${device.port}` : `${device.vendor}:${device.product}`;
}

function controller(field: string): PlannedDevice {
  return {
    id: 'usb0',
    class: 'controller',
    frontEnd: 'nec-usb-xhci',
    bus: 'pci.0',
    backEnd: { kind: 'process', name: 'qemu' },
    why: 'the newest USB controller that xl has; it costs no CPU while nothing moves',
    field,
    properties: {},
  };
}

const soundDevice: PlannedDevice = {
  id: 'sound0',
  class: 'sound',
  frontEnd: 'intel-hda',
  bus: 'pci.0',
  backEnd: { kind: 'process', name: 'qemu' },
  why: 'Intel HDA has a driver in every operating system',
  field: 'spec.sound',
  properties: {},
};
