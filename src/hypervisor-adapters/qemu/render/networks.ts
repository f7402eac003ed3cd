import { chooseBackEnd } from '../../../device-model/choose-back-end.js';
import { stableMac } from '../../../device-model/identity.js';
import type { BackEnd, PropertyValue } from '../../../device-model/model.js';
import type { NetworkSpec } from '../../../documents/domain-spec.js';
import type { Claim } from '../../contract/claim.js';
import type { PlanProblem } from '../../contract/plan.js';
import { keyedArgument, type Argument } from './argument.js';
import { bootIndex } from './boot-order.js';
import { tapOf } from './identity.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';

/** A network with its place in the document. */
interface Placed {
  readonly network: NetworkSpec;
  readonly field: string;
}

/** Who moves the packets, and why; `vhost` is what QEMU is told. */
interface PacketPath {
  readonly backEnd: BackEnd;
  readonly vhost: boolean;
  readonly why: string;
}

/** Network devices, in the order that the guest shall see. */
export function networks(context: PlanContext): Part {
  return joinParts(inGuestOrder(context.document.spec.networks).map((one, place) => oneNetwork(context, one, place)));
}

/** By `order`, or the place in the list where there is none; of two with the same place the one that asked for it comes first. */
function inGuestOrder(all: readonly NetworkSpec[]): readonly Placed[] {
  return all
    .map((network, index) => ({ network, field: `spec.networks[${index}]`, rank: network.order ?? index + 0.5 }))
    .sort((one, other) => one.rank - other.rank);
}

function oneNetwork(context: PlanContext, placed: Placed, place: number): Part {
  const { network, field } = placed;
  const domain = context.document.metadata.name;
  const path = network.type === 'tap' ? tapPath(context, network, network.tap ?? tapOf(domain, network.name)) : slirpPath;
  const problems = [...tapProblems(context, placed), ...mtuProblems(placed), ...vhostProblems(placed, path)];
  const e1000 = network.model === 'e1000';
  return part({
    devices: [
      {
        id: network.name,
        class: 'network',
        frontEnd: e1000 ? 'e1000' : 'virtio-net-pci',
        placement: { slot: 'high' },
        backEnd: path.backEnd,
        why: path.why,
        field,
        properties: frontEndProperties(context, network, domain, place),
        wiring: { netdev: network.name },
      },
    ],
    backEnds: [backEndArgument(network, path)],
    claims: claims(placed, path),
    problems,
  });
}

function frontEndProperties(context: PlanContext, network: NetworkSpec, domain: string, place: number): Readonly<Record<string, PropertyValue>> {
  const boot = bootIndex(context.document.spec, 'network', place);
  return {
    mac: network.mac ?? stableMac(domain, network.name),
    ...(network.mtu === undefined || network.model === 'e1000' ? {} : { host_mtu: network.mtu }),
    // The option ROM is 256 KiB that firmware reads and runs at every start: only a guest that boots from the network needs it.
    ...('bootindex' in boot ? {} : { romfile: '' }),
    ...boot,
  };
}

const slirpPath: PacketPath = {
  backEnd: { kind: 'vmm', name: 'slirp' },
  vhost: false,
  why: 'a user network needs no rights on the host; its packets are translated inside the VMM',
};

function tapPath(context: PlanContext, network: NetworkSpec, tap: string): PacketPath {
  const decision = chooseBackEnd([
    { backEnd: { kind: 'kernel', name: 'vhost-net', host: tap }, ...vhostNet(context, network) },
    { backEnd: { kind: 'vmm', name: 'tap', host: tap }, usable: true, reason: 'the VMM moves packets between guest and tap' },
  ]);
  const backEnd = decision.backEnd ?? { kind: 'vmm', name: 'tap', host: tap };
  return { backEnd, vhost: backEnd.kind === 'kernel', why: decision.why };
}

function vhostNet(context: PlanContext, network: NetworkSpec): { readonly usable: boolean; readonly reason: string } {
  if (network.vhost === 'off') return { usable: false, reason: 'the document switches it off' };
  if (network.model === 'e1000') return { usable: false, reason: 'it serves virtio devices only' };
  if (!context.facts.kernelBackEnds.includes('vhost-net')) return { usable: false, reason: '/dev/vhost-net cannot be opened' };
  return { usable: true, reason: 'packets go from guest to tap inside the host kernel' };
}

/** Every value here is a name, a number or an address from a closed set of characters; QEMU before 7.2 takes no JSON. */
function backEndArgument(network: NetworkSpec, { backEnd, vhost }: PacketPath): Argument {
  if (network.type === 'tap') {
    return keyedArgument('-netdev', 'tap', { id: network.name, ifname: backEnd.host, script: 'no', downscript: 'no', vhost });
  }
  const forwards = network.forward.map(({ protocol, address, host, guest }) => `,hostfwd=${protocol}:${address}:${host}-:${guest}`);
  return ['-netdev', `user,id=${network.name}${forwards.join('')}`];
}

function claims({ network, field }: Placed, { backEnd }: PacketPath): readonly Claim[] {
  const taps: Claim[] = backEnd.host === undefined ? [] : [{ kind: 'tap', id: backEnd.host, mode: 'exclusive', field }];
  const ports = network.forward.map(
    ({ protocol, address, host }, index): Claim => ({
      kind: 'host-port',
      id: `${protocol}:${address}:${host}`,
      mode: 'exclusive',
      field: `${field}.forward[${index}].host`,
    }),
  );
  return [...taps, ...ports];
}

function tapProblems({ facts }: PlanContext, { network, field }: Placed): readonly PlanProblem[] {
  if (network.type !== 'tap' || facts.kernelBackEnds.includes('tun')) return [];
  return [{ field: `${field}.type`, code: 'PLAN_BACK_END_MISSING', message: 'a tap is opened through /dev/net/tun, which this engine cannot open', cure: 'modprobe tun, or use type: user' }];
}

function mtuProblems({ network, field }: Placed): readonly PlanProblem[] {
  if (network.mtu === undefined || network.model !== 'e1000') return [];
  return [{ field: `${field}.mtu`, code: 'PLAN_FIELD_CONFLICT', message: 'an e1000 cannot tell its guest an MTU', cure: 'use model: virtio, or leave mtu out' }];
}

function vhostProblems({ network, field }: Placed, path: PacketPath): readonly PlanProblem[] {
  if (network.vhost !== 'require' || path.vhost) return [];
  return [{ field: `${field}.vhost`, code: 'PLAN_BACK_END_MISSING', message: `vhost is required, but ${path.why}`, cure: 'modprobe vhost_net, or use vhost: auto' }];
}
