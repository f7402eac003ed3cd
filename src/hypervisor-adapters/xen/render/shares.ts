import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { specString, splitValues, type SpecValue } from './spec-string.js';
import { isXenSince } from './xen-version.js';

/** Directories of the host over 9p. */
export function shares({ document: { spec }, facts }: PlanContext): Part {
  const values = spec.shares.map(({ name, path }, index): readonly SpecValue[] => [
    ...backEndType(facts.version, `spec.shares[${index}]`),
    { key: 'tag', value: name, field: `spec.shares[${index}].name` },
    // The only model that the back end of Xen knows: the guest's root is root in the directory.
    { key: 'security_model', value: 'none', field: `spec.shares[${index}]` },
    { key: 'path', value: path, field: `spec.shares[${index}].path` },
  ]);
  return joinParts([
    part({ settings: listSetting('p9', values.map(specString), 'spec.shares'), problems: values.flatMap(splitValues) }),
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
