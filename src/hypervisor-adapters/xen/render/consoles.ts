import type { PlannedDevice } from '../../../device-model/model.js';
import type { SerialSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { commaProblem, specString, splitValues } from './spec-string.js';

/** The console that every Xen guest has, and serial ports: channels of a pv or pvh guest, UARTs of an hvm guest. */
export function consoles(context: PlanContext): Part {
  return context.type === 'hvm' ? serialPorts(context) : paravirtualConsoles(context);
}

/** The first port is the console that xenconsoled serves on a terminal of its own; it is `layout.cons` by a link. */
function paravirtualConsoles(context: PlanContext): Part {
  const [first, ...others] = context.document.spec.serial;
  const channels = others.map((port, index) => channel(context, port, index + 1));
  const texts = channels.flatMap(({ text }) => text);
  const devices = [xenConsole(first?.name ?? 'console0', first === undefined ? 'spec.serial' : 'spec.serial[0]')];
  return joinParts([part({ devices, settings: listSetting('channel', texts, 'spec.serial') }), ...channels.map((each) => each.part)]);
}

/** One more console, which has a name in the store instead of a number. */
function channel({ layout }: PlanContext, port: SerialSpec, index: number): { readonly text: readonly string[]; readonly part: Part } {
  const field = `spec.serial[${index}]`;
  const socket = `cons-${port.name}`;
  const path = `${layout.directory}/${socket}`;
  const name = { key: 'name', value: port.name, field: `${field}.name` };
  const connection = port.type === 'pty' ? [] : [{ key: 'path', value: path, field: 'metadata.name' }];
  return {
    text: [specString([{ key: 'connection', value: port.type === 'pty' ? 'pty' : 'socket', field }, ...connection, name])],
    part: part({
      devices: [
        {
          id: port.name,
          class: 'console',
          frontEnd: 'xen-console',
          bus: 'xenbus',
          backEnd: { kind: 'process', name: port.type === 'pty' ? 'qemu-pty' : 'qemu-socket', ...(port.type === 'pty' ? {} : { host: socket }) },
          why: 'xenconsoled serves the first console only; a QEMU beside the domain serves the others',
          field,
          properties: { name: port.name },
        },
      ],
      sockets: port.type === 'pty' ? [] : [socket],
      problems: [...splitValues([name]), ...(port.type === 'pty' ? [] : pathProblems(path))],
    }),
  };
}

/** 16550 UARTs of an emulated PC; what leads to a socket is written to a file as well. */
function serialPorts(context: PlanContext): Part {
  const ports = context.document.spec.serial;
  const texts = ports.map((port, index) => uartText(context, port, index));
  return joinParts([
    part({ devices: [xenConsole('hvc0', 'spec.serial')], settings: listSetting('serial', texts, 'spec.serial') }),
    ...ports.map((port, index) => uart(context, port, index)),
  ]);
}

/** QEMU's own words, in its comma syntax. */
function uartText({ layout }: PlanContext, port: SerialSpec, index: number): string {
  if (port.type === 'pty') return 'pty';
  if (port.type === 'device') return port.path ?? '';
  const log = `${layout.directory}/${index === 0 ? 'console.log' : `console-${port.name}.log`}`;
  return `unix:${layout.directory}/${socketName(port, index)},server=on,wait=off${port.log ? `,logfile=${log}` : ''}`;
}

function uart({ layout }: PlanContext, port: SerialSpec, index: number): Part {
  const field = `spec.serial[${index}]`;
  const socket = port.type === 'socket' ? socketName(port, index) : undefined;
  const host = socket ?? port.path;
  const wrongDevice = port.path !== undefined && !port.path.startsWith('/dev/');
  return part({
    devices: [
      {
        id: port.name,
        class: 'console',
        frontEnd: 'isa-serial',
        bus: 'isa.0',
        backEnd: { kind: 'process', name: { socket: 'qemu-socket', pty: 'qemu-pty', device: 'qemu-serial' }[port.type], ...(host === undefined ? {} : { host }) },
        why: 'firmware and kernels write to a 16550 before they have any other driver',
        field,
        properties: { index },
      },
    ],
    requires: port.path === undefined ? [] : [{ path: port.path, field: `${field}.path`, writable: true }],
    sockets: socket === undefined ? [] : [socket],
    problems: [
      ...(socket === undefined ? [] : pathProblems(`${layout.directory}/${socket}`)),
      ...(wrongDevice ? [{ field: `${field}.path`, code: 'PLAN_VALUE_REFUSED', message: `${port.path ?? ''} is not below /dev`, cure: 'name the device by its path below /dev' }] : []),
    ],
  });
}

function socketName(port: SerialSpec, index: number): string {
  return index === 0 ? 'cons' : `cons-${port.name}`;
}

function pathProblems(path: string): readonly PlanProblem[] {
  return path.includes(',') ? [{ ...commaProblem('metadata.name', path), cure: 'use another --state-dir' }] : [];
}

function xenConsole(id: string, field: string): PlannedDevice {
  return {
    id,
    class: 'console',
    frontEnd: 'hvc_xen',
    bus: 'xenbus',
    backEnd: { kind: 'process', name: 'xenconsoled' },
    why: 'every Xen guest has this console; xenconsoled gives it a terminal',
    field,
    properties: {},
  };
}
