import { z } from 'zod';
import { says } from '../wording.js';
import { closed, type Finding, numbered, repeats, whenSound } from './shapes.js';
import { count, interfaceName, label, port } from './scalars.js';

const macError = says(
  'is not the MAC address of one device',
  "write six pairs of hex digits such as '52:54:00:12:34:56', the first pair even",
);

/** Unicast only: a device with a group address receives nothing. */
const mac = z
  .string({ error: macError })
  .regex(/^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$/, { error: macError })
  .refine((written) => !/^00(:00){5}$/.test(written), { error: macError })
  .transform((written) => written.toLowerCase());

const forward = closed({
  protocol: z.enum(['tcp', 'udp']).default('tcp').describe('Protocol of the port.'),
  host: port.describe('Port on the host.'),
  guest: port.describe('Port in the guest.'),
  address: z
    .ipv4({ error: says('is not an IPv4 address', "write one such as '127.0.0.1'") })
    .default('127.0.0.1')
    .describe('Address of the host that listens; 0.0.0.0 opens the port to the network.'),
});

const network = closed({
  name: label(32).optional().describe('Name within the domain; the default is net0, net1, … by place.'),
  type: z
    .enum(['user', 'tap'])
    .default('user')
    .describe('user: behind address translation in the VMM, needs no rights. tap: a host interface.'),
  bridge: interfaceName.optional().describe('Bridge that the tap joins; needs type: tap.'),
  tap: interfaceName.optional().describe('Name of the host interface; needs type: tap; left out, the engine chooses.'),
  mac: mac.optional().describe('MAC address; left out, a stable one is derived from the domain and network names.'),
  mtu: count(68, 65_535).optional().describe('Largest packet in bytes; left out, that of the host interface.'),
  vhost: z
    .enum(['auto', 'require', 'off'])
    .default('auto')
    .describe('Packets bypass the VMM through the host kernel; needs type: tap to require.'),
  model: z.enum(['auto', 'virtio', 'e1000']).default('auto').describe('Device that the guest sees.'),
  order: count(0, 63).optional().describe('Place among the network devices that the guest sees; left out, the place in the list.'),
  forward: z.array(forward).max(256).default([]).describe('Host ports that lead into the guest; needs type: user.'),
}).check(
  whenSound(({ type, bridge, tap, vhost, forward: forwards }) => {
    const findings: Finding[] = [];
    if (type === 'user' && bridge !== undefined) findings.push({ path: ['bridge'], message: 'needs type: tap' });
    if (type === 'user' && tap !== undefined) findings.push({ path: ['tap'], message: 'needs type: tap' });
    if (type === 'user' && vhost === 'require') findings.push({ path: ['vhost'], message: 'needs type: tap' });
    if (type === 'tap' && forwards.length > 0) findings.push({ path: ['forward'], message: 'needs type: user' });
    return findings;
  }),
);

/** Network devices. */
export const networks = z
  .array(network)
  .max(32)
  .transform(numbered('net'))
  .check(
    whenSound(repeats('name', 'name', ({ name }) => name)),
    whenSound(repeats('MAC address', 'mac', ({ mac: address }) => address)),
    whenSound(repeats('host interface', 'tap', ({ tap }) => tap)),
    whenSound(repeatedPorts),
  );

/** A network device; `mac` is lower case. */
export type NetworkSpec = z.output<typeof networks>[number];
/** A host port that leads into the guest. */
export type PortForward = z.output<typeof forward>;

function repeatedPorts(all: readonly NetworkSpec[]): Finding[] {
  const seen = new Set<string>();
  return all.flatMap((one, index) =>
    one.forward.flatMap(({ protocol, address, host }, place) => {
      const key = `${address}:${host}/${protocol}`;
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      return [{ path: [index, 'forward', place, 'host'], message: `${key} is already forwarded; each host port leads to one place` }];
    }),
  );
}
