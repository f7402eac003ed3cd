import { keyedArgument } from './argument.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';

/** Directories of the host over 9p; virtiofs is refused by the table of unserved fields. */
export function shares(context: PlanContext): Part {
  return joinParts(
    context.document.spec.shares.map(({ name, path, readOnly }, index) => {
      const field = `spec.shares[${index}]`;
      const id = `share${index}`;
      return part({
        devices: [
          {
            id,
            class: 'share',
            frontEnd: 'virtio-9p-pci',
            placement: { slot: 'low' },
            backEnd: { kind: 'vmm', name: '9p-local', host: path },
            why: '9p needs no other process and no shared memory',
            field,
            properties: { mount_tag: name },
            wiring: { fsdev: `${id}-files` },
          },
        ],
        backEnds: [
          // Owners and modes that the guest sets are kept in extended attributes: no rights of root are needed, and none are given.
          keyedArgument('-fsdev', 'local', { id: `${id}-files`, path, security_model: 'mapped-xattr', multidevs: 'remap', readonly: readOnly }),
        ],
        requires: [{ path, field: `${field}.path`, writable: !readOnly }],
      });
    }),
  );
}
