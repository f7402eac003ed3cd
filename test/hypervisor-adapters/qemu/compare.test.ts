import { expect, it } from 'vitest';
import { compare } from '../../../src/hypervisor-adapters/qemu/compare.js';
import { documentOf } from './plan-requests.js';

it('takes what only the engine reads as it is', () => {
  const running = documentOf({ memory: '64Mi' });
  const wanted = { ...documentOf({ memory: '64Mi', restart: 'Always', deadlines: { press: '1s' } }), metadata: { name: 'web', labels: { app: 'web' } } };
  expect(compare(running, wanted)).toEqual({ live: ['metadata.labels.app', 'spec.restart.policy', 'spec.deadlines.press'], restart: [] });
});

it('names every leaf that needs a new anchor', () => {
  const running = documentOf({ memory: '64Mi', disks: [{ image: '/a' }] });
  const wanted = documentOf({ memory: '65Mi', disks: [{ image: '/a', readOnly: true }, { image: '/b' }] });
  expect(compare(running, wanted)).toEqual({ live: [], restart: ['spec.memory.size', 'spec.memory.max', 'spec.disks[0].readOnly', 'spec.disks[1]'] });
});

it('finds no difference between equal documents', () => {
  expect(compare(documentOf({ memory: '64Mi' }), documentOf({ memory: '64Mi' }))).toEqual({ live: [], restart: [] });
});
