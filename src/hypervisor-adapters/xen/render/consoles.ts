import type { PlannedDevice } from '../../../device-model/model.js';
import type { SerialSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { commaProblem } from './spec-string.js';

/**
 * The console that every Xen guest has, which xenconsoled serves on a terminal of its own, and the UARTs of an emulated PC. The first port of
 * a pv or pvh guest is that console, and `layout.cons` a link to its terminal; others are refused by the table of unserved fields.
 */
export function consoles(context: PlanContext): Part {
  if (context.type === 'hvm') return serialPorts(context);
  const [first] = context.document.spec.serial;
  return part({ devices: [xenConsole(first?.name ?? 'hvc0', first === undefined ? 'spec.serial' : 'spec.serial[0]')] });
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
