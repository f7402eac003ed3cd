import { expect, it } from 'vitest';
import { anchorKeyOf } from '../../src/documents/anchor-key.js';
import { completeRecorded } from '../../src/documents/recorded-document.js';
import { specDigest } from '../../src/documents/spec-digest.js';
import { goldenDocuments as qemuDocuments } from '../hypervisor-adapters/qemu/golden-documents.js';
import { documentOf } from '../hypervisor-adapters/qemu/plan-requests.js';
import { goldenDocuments as xenDocuments } from '../hypervisor-adapters/xen/golden-documents.js';

const specs = { ...qemuDocuments('/files'), ...Object.fromEntries(Object.entries(xenDocuments).map(([name, golden]) => [`${name} of Xen`, golden])) };

it.each(Object.entries(specs))('a document that is read from its record says what it said: %s', (_, { spec }) => {
  const document = documentOf({ ...spec, restart: { backoff: { initial: '2s' } }, probes: { live: { check: { tcp: { port: 80 } } } }, deadlines: { ask: '7s' } });
  const recorded = completeRecorded(JSON.parse(JSON.stringify(document)));
  expect(recorded).toBeDefined();
  if (recorded === undefined) return;
  expect(specDigest(recorded)).toBe(specDigest(document));
  expect(anchorKeyOf(recorded)).toBe(anchorKeyOf(document));
});

it('a field that this schema does not know is not passed over', () => {
  const document = documentOf({ memory: '64Mi' });
  expect(completeRecorded({ ...document, spec: { ...document.spec, teleporter: true } })).toBeUndefined();
});
