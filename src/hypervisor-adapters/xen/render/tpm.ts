/** A vTPM, which another domain is for this one, or a program of dom0's. */
import { stableUuid } from '../../../device-model/identity.js';
import { controlDomain, numberProblems } from './back-end-domain.js';
import { listSetting, part, type Part, type PlanContext } from './part.js';
import { specString } from './spec-string.js';

/** Whether a program serves it in dom0, the host does not tell: xl asks, and waits. Without a back end, and as another version than 1.2, it is refused by the table of unserved fields. */
export function tpm({ document: { spec }, layout }: PlanContext): Part {
  const field = 'spec.xen.tpmBackend';
  const backend = spec.xen?.tpmBackend;
  if (backend === undefined) return part({});
  if (spec.tpm === undefined) return part({ problems: [{ field, code: 'PLAN_FIELD_CONFLICT', message: 'there is no TPM for it to serve', cure: 'write tpm: { version: 1.2 }' }] });
  return part({
    devices: [
      {
        id: 'tpm0',
        class: 'tpm',
        frontEnd: 'xen-tpmfront',
        bus: 'xenbus',
        backEnd: { kind: 'process', name: 'vtpm', host: backend },
        why: backend === controlDomain ? 'a program of dom0 is the TPM of this domain alone' : 'the TPM and its secrets are in a domain of their own',
        field: 'spec.tpm',
        properties: { version: '1.2' },
      },
    ],
    // By its UUID the vTPM is known again at the next start.
    settings: listSetting('vtpm', [specString([{ key: 'backend', value: backend, field }, { key: 'uuid', value: stableUuid('xen-vtpm', layout.directory), field }])], field),
    problems: numberProblems(field, backend),
  });
}
