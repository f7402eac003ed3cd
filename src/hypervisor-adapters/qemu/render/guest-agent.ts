import { keyedArgument } from './argument.js';
import { part, type Part, type PlanContext } from './part.js';

/** Name of the socket in the state directory, the host's end of the agent's port. */
export const agentSocket = 'agent';

/** The name by which an agent finds its port: /dev/virtio-ports/org.qemu.guest_agent.0. */
const portName = 'org.qemu.guest_agent.0';
const controller = 'serial-bus0';
const character = 'char.agent';

/** A port through which the host can ask a program inside the guest. */
export function guestAgent({ document: { spec } }: PlanContext): Part {
  if (!spec.guestAgent) return part({});
  const field = 'spec.guestAgent';
  return part({
    devices: [
      {
        id: controller,
        class: 'controller',
        frontEnd: 'virtio-serial-pci',
        placement: { slot: 'low' },
        backEnd: { kind: 'vmm', name: 'qemu' },
        why: 'it carries ports that have names, so that the agent finds its own whatever else the guest has',
        field,
        // One port, and the first number, which is kept for consoles.
        properties: { max_ports: 2 },
        wiring: {},
      },
      {
        id: 'agent0',
        class: 'agent',
        frontEnd: 'virtserialport',
        placement: { bus: `${controller}.0` },
        backEnd: { kind: 'vmm', name: 'unix-socket', host: agentSocket },
        why: 'the guest agent is asked through it to shut the guest down, before the power button is pressed',
        field,
        properties: { name: portName },
        wiring: { chardev: character },
      },
    ],
    backEnds: [keyedArgument('-chardev', 'socket', { id: character, path: agentSocket, server: true, wait: false })],
    sockets: [agentSocket],
  });
}
