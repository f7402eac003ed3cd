import { vsockCidOf } from './identity.js';
import { part, type Part, type PlanContext } from './part.js';

/** A vsock device; only the host kernel can serve one. */
export function vsock(context: PlanContext): Part {
  const wanted = context.document.spec.vsock;
  if (wanted === undefined) return part({});
  if (!context.facts.kernelBackEnds.includes('vhost-vsock')) {
    const message = 'a vsock is served by the host kernel, and /dev/vhost-vsock cannot be opened';
    return part({ problems: [{ field: 'spec.vsock', code: 'PLAN_BACK_END_MISSING', message, cure: 'modprobe vhost_vsock' }] });
  }
  const cid = wanted.cid ?? vsockCidOf(context.document.metadata.name);
  return part({
    devices: [
      {
        id: 'vsock0',
        class: 'vsock',
        frontEnd: 'vhost-vsock-pci',
        placement: { slot: 'low' },
        backEnd: { kind: 'kernel', name: 'vhost-vsock', host: `cid ${cid}` },
        why: 'the host kernel carries the bytes; no process stands between',
        field: 'spec.vsock',
        properties: { 'guest-cid': cid },
        wiring: {},
      },
    ],
    claims: [{ kind: 'vsock-cid', id: String(cid), mode: 'exclusive', field: 'spec.vsock.cid' }],
  });
}
