import type { SerialSpec } from '../../../documents/domain-spec.js';
import { keyedArgument } from './argument.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';

/** Serial ports as 16550 UARTs: what every firmware and kernel can write to from its first instruction. The first is the console. */
export function serial(context: PlanContext): Part {
  return joinParts(context.document.spec.serial.map((port, index) => onePort(port, index)));
}

/** Name of the first port's socket, which is `layout.cons`; others are `cons-<name>`. */
function socketName(port: SerialSpec, index: number): string {
  return index === 0 ? 'cons' : `cons-${port.name}`;
}

function onePort(port: SerialSpec, index: number): Part {
  const field = `spec.serial[${index}]`;
  const character = `char-${port.name}`;
  const logfile = port.log ? (index === 0 ? 'console.log' : `console-${port.name}.log`) : undefined;
  const device = port.type === 'device' && port.path !== undefined ? port.path : undefined;
  const socket = socketName(port, index);
  // Paths are relative to the state directory, where the anchor runs: no user's text, and no limit of 107 bytes on its side.
  const backEnd =
    device === undefined
      ? keyedArgument('-chardev', 'socket', { id: character, path: socket, server: true, wait: false, logfile })
      : keyedArgument('-chardev', 'serial', { id: character, path: device, logfile });
  return part({
    devices: [
      {
        id: port.name,
        class: 'console',
        frontEnd: 'isa-serial',
        placement: { bus: 'isa.0' },
        backEnd: device === undefined ? { kind: 'vmm', name: 'unix-socket', host: socket } : { kind: 'vmm', name: 'serial', host: device },
        why: 'firmware and kernels write to a 16550 before they have any other driver',
        field,
        properties: { index },
        wiring: { chardev: character },
      },
    ],
    backEnds: [backEnd],
    requires: device === undefined ? [] : [{ path: device, field: `${field}.path`, writable: true }],
    sockets: device === undefined ? [socket] : [],
  });
}
