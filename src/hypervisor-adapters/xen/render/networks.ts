import { stableMac } from '../../../device-model/identity.js';
import type { NetworkSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { specString, splitValues, type SpecValue } from './spec-string.js';

/** A network with its place in the document. */
interface Placed {
  readonly network: NetworkSpec;
  readonly field: string;
}

/** Names of interfaces have 15 characters, and libxl puts `-emu` behind that of an emulated device. */
const longestEmulatedName = 11;

/** Network devices, in the order that the guest shall see. */
export function networks(context: PlanContext): Part {
  const placed = inGuestOrder(context.document.spec.networks);
  const texts = placed.map((one) => specString(vifValues(context, one)));
  return joinParts([part({ settings: listSetting('vif', texts, 'spec.networks') }), ...placed.map((one, place) => oneNetwork(context, one, place))]);
}

/** By `order`, or the place in the list where there is none; of two with the same place the one that asked for it comes first. */
function inGuestOrder(all: readonly NetworkSpec[]): readonly Placed[] {
  return all
    .map((network, index) => ({ network, field: `spec.networks[${index}]`, rank: network.order ?? index + 0.5 }))
    .sort((one, other) => one.rank - other.rank);
}

function oneNetwork(context: PlanContext, placed: Placed, place: number): Part {
  const { network, field } = placed;
  const emulated = isEmulated(context, network);
  const way = emulated
    ? 'packets go from guest to bridge inside the host kernel, once the guest has drivers for Xen; until then QEMU moves those of an emulated e1000'
    : 'packets go from guest to bridge inside the host kernel';
  return part({
    devices: [
      {
        id: network.name,
        class: 'network',
        frontEnd: 'xen-netfront',
        bus: 'xenbus',
        address: String(place),
        backEnd: { kind: 'kernel', name: 'netback', ...(network.bridge === undefined ? {} : { host: network.bridge }) },
        // Linux's xen-netfront reads no such node, up to 6.12.
        why: network.mtu === undefined ? way : `${way}; its mtu is that of the host’s interface, and Linux in the guest does not read it: set it there as well`,
        field,
        properties: Object.fromEntries(vifValues(context, placed).map(({ key, value }) => [key, value])),
      },
    ],
    claims: network.tap === undefined ? [] : [{ kind: 'tap', id: network.tap, mode: 'exclusive', field: `${field}.tap` }],
    requires: network.bridge === undefined ? [] : [{ path: `/sys/class/net/${network.bridge}`, field: `${field}.bridge`, writable: false }],
    problems: [...splitValues(vifValues(context, placed)), ...bridgeProblems(placed), ...nameProblems(placed, emulated), ...backEndProblems(context, placed, emulated)],
  });
}

function vifValues(context: PlanContext, { network, field }: Placed): readonly SpecValue[] {
  const given: readonly [key: string, value: string | number | undefined, leaf: string][] = [
    ['mac', network.mac ?? stableMac(context.document.metadata.name, network.name), 'mac'],
    ['bridge', network.bridge, 'bridge'],
    ['vifname', network.tap, 'tap'],
    ['mtu', network.mtu, 'mtu'],
    ['type', isEmulated(context, network) ? 'ioemu' : 'vif', 'model'],
    ['model', isEmulated(context, network) ? 'e1000' : undefined, 'model'],
  ];
  return given.flatMap(([key, value, leaf]) => (value === undefined ? [] : [{ key, value, field: `${field}.${leaf}` }]));
}

/** An hvm guest may have no drivers for Xen yet; who requires the way past the VMM has them. */
function isEmulated({ type }: PlanContext, { vhost }: NetworkSpec): boolean {
  return type === 'hvm' && vhost !== 'require';
}

function bridgeProblems({ network, field }: Placed): readonly PlanProblem[] {
  if (network.type !== 'tap' || network.bridge !== undefined) return [];
  const message = 'not served by the xen adapter: xl puts each interface on a bridge, and none is named';
  return [{ field: `${field}.bridge`, code: 'PLAN_FIELD_UNSERVED', message, cure: 'name the bridge' }];
}

function nameProblems({ network, field }: Placed, emulated: boolean): readonly PlanProblem[] {
  if (!emulated || network.tap === undefined || network.tap.length <= longestEmulatedName) return [];
  const message = `an hvm guest has a second interface named ${network.tap}-emu, which is longer than Linux allows`;
  return [{ field: `${field}.tap`, code: 'PLAN_NAME_REFUSED', message, cure: `use at most ${longestEmulatedName} characters` }];
}

function backEndProblems({ facts }: PlanContext, { network, field }: Placed, emulated: boolean): readonly PlanProblem[] {
  const code = 'PLAN_BACK_END_MISSING';
  if (network.type !== 'tap') return [];
  if (!facts.kernelBackEnds.includes('netback')) {
    return [{ field: `${field}.type`, code, message: 'the kernel of this host does not have the back end of network devices', cure: 'modprobe xen-netback' }];
  }
  if (!emulated || facts.kernelBackEnds.includes('tun')) return [];
  const message = 'QEMU opens the interface of an emulated device through /dev/net/tun, which cannot be opened';
  return [{ field: `${field}.type`, code, message, cure: 'modprobe tun, or use vhost: require where the guest has drivers for Xen' }];
}
