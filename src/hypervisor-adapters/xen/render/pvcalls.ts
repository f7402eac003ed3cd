import type { BackEnd } from '../../../device-model/model.js';
import { controlDomain, numberProblems } from './back-end-domain.js';
import { listSetting, part, type Part, type PlanContext } from './part.js';
import { specString } from './spec-string.js';

/** Another domain makes the guest's connections, so that the guest needs no network device. */
export function pvcalls({ document: { spec }, facts }: PlanContext): Part {
  const field = 'spec.xen.pvcalls';
  const backend = spec.xen?.pvcalls;
  if (backend === undefined) return part({});
  return part({
    devices: [
      {
        id: 'pvcalls0',
        class: 'sockets',
        frontEnd: 'pvcalls-front',
        bus: 'xenbus',
        ...servedIn(backend, facts.kernelBackEnds.includes('pvcalls')),
        field,
        properties: {},
      },
    ],
    settings: listSetting('pvcalls', [specString([{ key: 'backend', value: backend, field }])], field),
    problems: numberProblems(field, backend),
  });
}

/** Of dom0 it is known whether its kernel has the back end. Whether a program serves instead, the host does not tell: the guest’s start asks, and waits. */
function servedIn(backend: string, inKernel: boolean): { readonly backEnd: BackEnd; readonly why: string } {
  if (backend === controlDomain && !inKernel) return { backEnd: { kind: 'process', name: 'pvcalls', host: backend }, why: 'a program of dom0 makes the guest’s connections, for its kernel does not have the back end' };
  return { backEnd: { kind: 'kernel', name: 'pvcalls-back', host: backend }, why: `the kernel of ${backend} makes the guest’s connections` };
}
