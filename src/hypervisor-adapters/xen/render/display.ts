import type { PlannedDevice } from '../../../device-model/model.js';
import type { DisplaySpec, InputDevice, VncSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import { guardedServerId } from '../channel/qmp/display-password.js';
import { vncPasswordAbility, vncPasswordUnknown } from '../probe/vnc-password.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { specString, splitValues, type SpecValue } from './spec-string.js';
import type { XlSetting } from './xl-config.js';

/** Display numbers are 0 to 99 in documents; QEMU looks for a free one up to here. */
const lastDisplay = 99;

/** Without a display an hvm guest has no graphics, since xl would give it a VNC server that nobody asked for. */
export function display(context: PlanContext): Part {
  const wanted = context.document.spec.display;
  const guarded = wanted?.vnc?.password === undefined ? part({}) : guardedServer(context, wanted.vnc);
  if (context.type === 'hvm') return joinParts([emulatedDisplay(wanted), guarded]);
  // What another domain shows is no frame buffer of Xen's.
  if (wanted === undefined || context.document.spec.xen?.displayBackend !== undefined) return part({});
  return joinParts([paravirtualDisplay(wanted, context.document.spec.input), guarded]);
}

function emulatedDisplay(wanted: DisplaySpec | undefined): Part {
  const vga: XlSetting = { key: 'vga', value: wanted === undefined ? 'none' : 'stdvga', field: 'spec.display' };
  if (wanted === undefined) return part({ settings: [vga, { key: 'vnc', value: 0, field: 'spec.display' }] });
  return part({
    devices: [
      {
        id: 'video0',
        class: 'display',
        frontEnd: 'VGA',
        bus: 'pci.0',
        backEnd: shownBy(wanted.vnc),
        why: 'firmware and every operating system can draw on standard VGA',
        field: 'spec.display',
        properties: {},
      },
    ],
    settings: [vga, ...vncValues(wanted.vnc)],
    claims: vncClaim(wanted.vnc),
  });
}

/** A frame buffer of Xen's own, with the keyboard and pointer that xl adds to each. */
function paravirtualDisplay({ vnc }: DisplaySpec, input: readonly InputDevice[]): Part {
  const vkb = (id: string, field: string): PlannedDevice => ({
    id,
    class: 'input',
    frontEnd: 'xen-kbdfront',
    bus: 'xenbus',
    backEnd: { kind: 'process', name: 'qemu' },
    why: 'xl adds a keyboard and a pointer to each frame buffer; one device serves as all of them',
    field,
    properties: {},
  });
  return part({
    devices: [
      {
        id: 'video0',
        class: 'display',
        frontEnd: 'xen-fbfront',
        bus: 'xenbus',
        backEnd: shownBy(vnc),
        why: 'a guest without a PC draws on the frame buffer of Xen; a QEMU beside the domain shows it',
        field: 'spec.display',
        properties: {},
      },
      ...(input.length === 0 ? [vkb('input0', 'spec.display')] : input.map((_, index) => vkb(`input${index}`, `spec.input[${index}]`))),
    ],
    settings: listSetting('vfb', [specString(vncValues(vnc))], 'spec.display'),
    // From 9.0 on QEMU serves a frame buffer of Xen's if it is told to, which xl up to 4.20 does not do.
    deviceModelArgs: ['-vga', 'xenfb'],
    problems: splitValues(vncValues(vnc)),
    claims: vncClaim(vnc),
  });
}

/** The same words in xl.cfg and in the string of a frame buffer. A server with a password is none of xl's. */
function vncValues(vnc: VncSpec | undefined): readonly (SpecValue & XlSetting)[] {
  if (vnc === undefined || vnc.password !== undefined) return [{ key: 'vnc', value: 0, field: 'spec.display' }];
  const field = 'spec.display.vnc';
  const number = vnc.display ?? 0;
  const address: readonly (SpecValue & XlSetting)[] = vnc.address.includes(':')
    ? // libxl takes an address with colons for one with its display.
      [{ key: 'vnclisten', value: `[${vnc.address}]:${number}`, field: `${field}.address` }]
    : [
        { key: 'vnclisten', value: vnc.address, field: `${field}.address` },
        { key: 'vncdisplay', value: number, field: `${field}.display` },
      ];
  // Without a number in the document QEMU itself looks for the first free port: nobody can take it in between.
  return [{ key: 'vnc', value: 1, field }, ...address, { key: 'vncunused', value: vnc.display === undefined ? 1 : 0, field: `${field}.display` }];
}

/**
 * A server that demands a password. xl takes one in its configuration only, in clear, and writes it into the store; so QEMU is given the
 * server by its own words: it demands a password from the first moment, and there is none that it would take until the engine has set it.
 */
function guardedServer({ document, facts }: PlanContext, { address, display: number }: VncSpec): Part {
  const listener = `${address.includes(':') ? `[${address}]` : address}:${number ?? 0}`;
  return part({
    deviceModelArgs: ['-vnc', `${listener}${number === undefined ? `,to=${lastDisplay}` : ''},id=${guardedServerId},password=on`],
    problems: facts.devices.includes(vncPasswordAbility) ? [] : [withoutPasswords(document.spec.xen?.deviceModel, facts.devices.includes(vncPasswordUnknown))],
  });
}

/** `named`: the QEMU that the document names itself. `unknown`: Xen's own could not be asked. */
function withoutPasswords(named: string | undefined, unknown: boolean): PlanProblem {
  const cure = 'listen on loopback without a password, and reach it through ssh';
  const problem = { field: 'spec.display.vnc.password', code: 'PLAN_FIELD_UNSERVED' };
  const lacks = 'is older than 7.0, or was built without DES, with which VNC hides them';
  if (named !== undefined) return { ...problem, message: `${named} takes no VNC password: it is no QEMU, ${lacks}`, cure: `name another one, or ${cure}` };
  const other = `name another one as xen.deviceModel, or ${cure}`;
  if (!unknown) return { ...problem, message: `the QEMU of this Xen takes no VNC password: it ${lacks}`, cure: other };
  return {
    ...problem,
    message: 'the QEMU of this Xen could not be asked whether it takes a VNC password: it was not found, or did not answer in time',
    cure: `see that it is installed and the host not too busy, and try again; ${other}`,
  };
}

function vncClaim(vnc: VncSpec | undefined): Part['claims'] {
  return vnc?.display === undefined ? [] : [{ kind: 'vnc-display', id: `${vnc.address}:${vnc.display}`, mode: 'exclusive', field: 'spec.display.vnc.display' }];
}

function shownBy(vnc: VncSpec | undefined): PlannedDevice['backEnd'] {
  return vnc === undefined ? { kind: 'process', name: 'none' } : { kind: 'process', name: 'vnc', host: `${vnc.address}:${vnc.display ?? 0}` };
}
