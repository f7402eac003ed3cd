import { controlDomain, numberProblems } from './back-end-domain.js';
import { listSetting, part, type Part, type PlanContext } from './part.js';
import { specString } from './spec-string.js';

/** The kernel of another domain makes the guest's connections, so that the guest needs no network device. */
export function pvcalls({ document: { spec }, facts }: PlanContext): Part {
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
