import { expect, it } from 'vitest';
import { compare } from '../../../src/hypervisor-adapters/xen/compare.js';
import { documentOf } from '../qemu/plan-requests.js';

it('takes what only the engine reads, and what is for other hypervisors, as it is', () => {
  const running = documentOf({ memory: '64Mi' });
  const wanted = { ...documentOf({ memory: '64Mi', restart: 'Always', qemu: { machine: 'pc' } }), metadata: { name: 'web', labels: { app: 'web' } } };
  expect(compare(running, wanted)).toEqual({ live: ['metadata.labels.app', 'spec.restart.policy', 'spec.qemu'], restart: [] });
});

it('names every leaf that needs a new anchor', () => {
  const running = documentOf({ memory: '64Mi', disks: [{ image: '/a' }] });
  const wanted = documentOf({ memory: '65Mi', disks: [{ image: '/a', readOnly: true }, { image: '/b' }], xen: { type: 'pv' } });
  expect(compare(running, wanted)).toEqual({ live: ['spec.memory.size'], restart: ['spec.memory.max', 'spec.disks[0].readOnly', 'spec.disks[1]', 'spec.xen'] });
});

it('balloons memory within its max', () => {
  const running = documentOf({ memory: { size: '64Mi', max: '128Mi' } });
  const wanted = documentOf({ memory: { size: '96Mi', max: '128Mi' } });
  expect(compare(running, wanted)).toEqual({ live: ['spec.memory.size'], restart: [] });
});
