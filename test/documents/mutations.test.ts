import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../src/documents/parse.js';
import { formatPath, parsePath } from '../../src/documents/problems.js';
import { fieldsOf, positionOf } from '../../src/documents/provenance.js';
import type { SourcePosition } from '../../src/errors.js';
import { anyText } from '../support/any-text.js';
import { domain } from './reading.js';

const sound = domain(
  [
    'memory: &m { size: 64Mi, max: 1Gi }',
    'cpu: 2',
    'disks:',
    '  - image: ./a.img',
    '    readOnly: true',
    '  - { image: "./b.img", name: b }',
    'networks: [ { forward: [ { host: 8080, guest: 80 } ] } ]',
    'restart: Always',
    'cloudInit:',
    '  userData: |',
    '    #cloud-config',
    'limits: { memory: 1Gi }',
  ].join('\n'),
);

/** What hurts a YAML reader most. */
const shard = fc.constantFrom(
  '\n',
  '  ',
  '\t',
  ':',
  ': ',
  '- ',
  '? ',
  '{',
  '}',
  '[',
  ']',
  ',',
  '&m ',
  '*m',
  '!!str ',
  '"',
  "'",
  '|',
  '>',
  '#',
  '%',
  '---\n',
  '...\n',
  '<<: ',
  '\0',
  '\r',
  '\uFEFF',
  '\uD800',
  '~',
  '-1',
  '1e9',
  '__proto__: ',
  'null',
  '@',
  '`',
);
const edit = fc.record({
  at: fc.nat({ max: sound.length }),
  remove: fc.nat({ max: 12 }),
  insert: fc.oneof(shard, anyText({ maxLength: 4 })),
});
const mutated = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), sound));

/** Asserts what holds of any text: no exception, and a place inside the file for whatever is said about it. */
function isAnswered(text: string): void {
  const lines = text.split('\n');
  const result = parseDocuments([{ file: '/f.yaml', text }]);
  // One expectation for all, since thousands of documents have dozens of fields each.
  if (result.ok) {
    for (const parsed of result.documents) {
      const fields = [...fieldsOf(parsed)];
      expect(fields.map(({ path }) => positionOf(parsed, path))).toEqual(fields.map(({ position }) => position));
    }
    return;
  }
  const isInside = ({ line, column }: SourcePosition): boolean => line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1;
  const isSaid = (message: string): boolean => !/^(Invalid|Too |Unrecognized|undefined|)$|^Invalid|\n/.test(message);
  expect(result.problems.length).toBeGreaterThan(0);
  expect(result.problems.filter(({ position, message }) => !isInside(position) || !isSaid(message))).toEqual([]);
}

describe('any text gets an answer', () => {
  it('a sound document with a few random edits', () => fc.assert(fc.property(mutated, isAnswered), { numRuns: 400 }));
  it('noise', () => fc.assert(fc.property(anyText({ maxLength: 200 }), isAnswered), { numRuns: 300 }));
  it('shards of YAML', () => fc.assert(fc.property(fc.array(shard, { maxLength: 40 }), (shards) => {
    isAnswered(shards.join(''));
  }), { numRuns: 400 }));
});

describe('any value gets an answer', () => {
  it('as a document', () => fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
    isAnswered(JSON.stringify(value));
  }), { numRuns: 300 }));

  const field = fc.constantFrom(
    'memory',
    'cpu',
    'boot',
    'disks',
    'cdrom',
    'networks',
    'serial',
    'display',
    'tpm',
    'usb',
    'pci',
    'restart',
    'probes',
    'limits',
    'user',
    'cloudInit',
    'hypervisor',
    'process',
  );
  const given = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.array(
      fc.dictionary(fc.constantFrom('name', 'image', 'type', 'address', 'file', 'size', 'count'), fc.jsonValue({ maxDepth: 0 }), {
        maxKeys: 3,
      }),
      { maxLength: 3 },
    ),
  );
  it('in the fields of a spec', () => fc.assert(fc.property(fc.dictionary(field, given, { maxKeys: 6 }), (fields) => {
    isAnswered(JSON.stringify({ apiVersion: 'windlass/v1', kind: 'Domain', metadata: { name: 'x' }, spec: { memory: '64Mi', ...fields } }));
  }), { numRuns: 300 }));
});

describe('the path of a field', () => {
  const part = fc.oneof(
    fc.nat({ max: 100 }),
    fc.string({ minLength: 1, maxLength: 20 }).filter((key) => !/^\d+$/.test(key)),
  );
  it('is read back as it was written', () => fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (path) => {
    expect(parsePath(formatPath(path))).toEqual(path);
  })));
});
