/** Devices whose back ends are other domains, which the document names: their vTPM, and the domain that makes their connections. */
import { stableUuid } from '../../../device-model/identity.js';
import type { PlanProblem } from '../../contract.js';
import { joinParts, listSetting, part, type Part, type PlanContext } from './part.js';
import { specString } from './spec-string.js';

/** As Xen calls the control domain. */
const controlDomain = 'Domain-0';

export function otherDomains(context: PlanContext): Part {
  return joinParts([tpm(context), pvcalls(context)]);
}

/** Without a back end, and as another version than 1.2, it is refused by the table of unserved fields. */
function tpm({ document: { spec }, layout }: PlanContext): Part {
  const field = 'spec.xen.tpmBackend';
  const backend = spec.xen?.tpmBackend;
  if (backend === undefined) return part({});
  if (spec.tpm === undefined) return part({ problems: [{ field, code: 'PLAN_FIELD_CONFLICT', message: 'there is no TPM for it to serve', cure: 'write tpm: { version: 1.2 }' }] });
  const linux = backend === controlDomain;
  return part({
    devices: [
      {
        id: 'tpm0',
        class: 'tpm',
        frontEnd: 'xen-tpmfront',
        bus: 'xenbus',
        backEnd: { kind: 'process', name: 'vtpm', host: backend },
        why: 'the TPM and its secrets are in a domain of their own',
        field: 'spec.tpm',
        properties: { version: '1.2' },
      },
    ],
    // By its UUID the vTPM is known again at the next start.
    settings: listSetting('vtpm', [specString([{ key: 'backend', value: backend, field }, { key: 'uuid', value: stableUuid('xen-vtpm', layout.directory), field }])], field),
    problems: [
      ...numberProblems(field, backend),
      ...(linux ? [{ field, code: 'PLAN_VALUE_REFUSED', message: 'Linux has no back end for a vTPM', cure: 'start a vTPM stub domain (xen-vtpm(7)), and name that' }] : []),
    ],
  });
}

/** The kernel of another domain makes the guest's connections, so that the guest needs no network device. */
function pvcalls({ document: { spec }, facts }: PlanContext): Part {
  const field = 'spec.xen.pvcalls';
  const backend = spec.xen?.pvcalls;
  if (backend === undefined) return part({});
  const missing = backend === controlDomain && !facts.kernelBackEnds.includes('pvcalls');
  return part({
    devices: [
      {
        id: 'pvcalls0',
        class: 'sockets',
        frontEnd: 'pvcalls-front',
        bus: 'xenbus',
        backEnd: { kind: 'kernel', name: 'pvcalls-back', host: backend },
        why: `the kernel of ${backend} makes the guest’s connections`,
        field,
        properties: {},
      },
    ],
    settings: listSetting('pvcalls', [specString([{ key: 'backend', value: backend, field }])], field),
    problems: [
      ...numberProblems(field, backend),
      ...(missing ? [{ field, code: 'PLAN_BACK_END_MISSING', message: 'the kernel of this host does not have the back end of pvcalls', cure: 'boot a kernel with CONFIG_XEN_PVCALLS_BACKEND, or name another domain' }] : []),
    ],
  });
}

/** A name that xl would not take for one. */
export function numberProblems(field: string, backend: string): readonly PlanProblem[] {
  if (!/^\d+$/.test(backend)) return [];
  return [{ field, code: 'PLAN_NAME_REFUSED', message: `xl would take "${backend}" for the number of a domain, which is another one after each start`, cure: 'name the domain' }];
}
