import type { PlanProblem } from '../../contract/plan.js';
import { lateDeviceAbility } from '../probe/late-devices.js';
import { isXenSince } from '../xen-version.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { specString, splitValues, type SpecValue } from './spec-string.js';

/** Directories of the host over 9p. */
export function shares(context: PlanContext): Part {
  const { document: { spec }, facts } = context;
  const values = spec.shares.map(({ name, path }, index): readonly SpecValue[] => [
    ...backEndType(facts.version, `spec.shares[${index}]`),
    { key: 'tag', value: name, field: `spec.shares[${index}].name` },
    // The only model that the back end of Xen knows: the guest's root is root in the directory.
    { key: 'security_model', value: 'none', field: `spec.shares[${index}]` },
    { key: 'path', value: path, field: `spec.shares[${index}].path` },
  ]);
  return joinParts([
    part({ settings: listSetting('p9', values.map(specString), 'spec.shares'), problems: [...values.flatMap(splitValues), ...comingTooLate(context)] }),
    ...spec.shares.map(({ name, path, readOnly }, index) =>
      part({
        devices: [
          {
            id: `share${index}`,
            class: 'share',
            frontEnd: '9pnet_xen',
            bus: 'xenbus',
            backEnd: { kind: 'process', name: '9p-local', host: path },
            why: 'a QEMU beside the domain serves the directory; no kernel does',
            field: `spec.shares[${index}]`,
            properties: { mount_tag: name },
          },
        ],
        requires: [{ path, field: `spec.shares[${index}].path`, writable: !readOnly }],
      }),
    ),
  ]);
}

/**
 * Since 4.19 there is another back end besides QEMU, and libxl looks which one is meant before it has filled in the usual one: without the
 * type it starts no QEMU for the guest, whose kernel waits five minutes for its share (libxl__need_xenpv_qemu). Until then xl knew no type.
 */
function backEndType(version: string | undefined, field: string): readonly SpecValue[] {
  return isXenSince(version, 4, 19) ? [{ key: 'type', value: 'qemu', field }] : [];
}

/** Since 4.19 libxl writes a share into the store when the guest's QEMU runs already, which some do not survive: with an hvm guest in it, it would go as well. */
function comingTooLate({ document: { spec }, facts }: PlanContext): readonly PlanProblem[] {
  if (spec.shares.length === 0 || !isXenSince(facts.version, 4, 19) || facts.devices.includes(lateDeviceAbility)) return [];
  const qemu = spec.xen?.deviceModel ?? 'the QEMU of this Xen';
  return [
    {
      field: 'spec.shares',
      code: 'PLAN_FIELD_UNSERVED',
      message: `${qemu} ends when it is given a share after its start, as xl does since 4.19`,
      cure: 'name a QEMU older than 10.0 as xen.deviceModel, or give the files on a disk',
    },
  ];
}
