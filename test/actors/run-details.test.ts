import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { completedRun, isRunOf, readRecordedRun, readRunDetails } from '../../src/actors/run-details.js';
import { anchorKeyOf } from '../../src/documents/anchor-key.js';
import type { DomainDocument } from '../../src/documents/domain-spec.js';
import { goldenDocuments as qemuDocuments } from '../hypervisor-adapters/qemu/golden-documents.js';
import { documentOf } from '../hypervisor-adapters/qemu/plan-requests.js';
import { goldenDocuments as xenDocuments } from '../hypervisor-adapters/xen/golden-documents.js';

/** As it stands in the file. */
const older = JSON.parse(readFileSync(new URL('../engine/records/before-guest-agent.json', import.meta.url), 'utf8')) as object;
const recordOf = (document: DomainDocument): object => JSON.parse(JSON.stringify({ ...older, document, anchorKey: anchorKeyOf(document) })) as object;
const wanted = (document: DomainDocument) => ({ document, anchorKey: anchorKeyOf(document) });

const specs = { ...qemuDocuments('/files'), ...Object.fromEntries(Object.entries(xenDocuments).map(([name, golden]) => [`${name} of Xen`, golden])) };

it.each(Object.entries(specs))('a record that says what is wanted is not read a second time: %s', (_, { spec }) => {
  const document = documentOf(spec);
  const like = wanted(document);
  const run = readRunDetails(recordOf(document), like);
  expect(run.document).toBe(document);
  expect(run).toEqual(readRunDetails(recordOf(document)));
  expect(isRunOf(readRecordedRun(recordOf(document)), document)).toBe(true);
});

it('a record that says something else than what is wanted keeps what it says', () => {
  const [recorded, other] = [documentOf({ memory: '64Mi' }), documentOf({ memory: '128Mi' })];
  expect(readRunDetails(recordOf(recorded), wanted(other))).toMatchObject(wanted(recorded));
  expect(isRunOf(readRecordedRun(recordOf(recorded)), other)).toBe(false);
});

it('a record of an older schema is completed, and is of the document that says what it said', () => {
  const spec = { memory: '256Mi', hypervisor: 'process', display: { vnc: {}, resolution: '1024x768' }, probes: { live: { check: { tcp: { port: 80 } } } } } as const;
  const document = documentOf(spec);
  const recorded = readRecordedRun(older);
  expect(recorded.recorded.document.spec).not.toHaveProperty('guestAgent');
  expect(completedRun(recorded, wanted(document))).toMatchObject(wanted(document));
  expect(isRunOf(recorded, document)).toBe(true);
  expect(isRunOf(recorded, documentOf({ ...spec, guestAgent: true }))).toBe(false);
});
