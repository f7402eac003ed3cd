import { describe, expect, it } from 'vitest';
import { fieldsOf, isWritten, positionOf } from '../../src/documents/provenance.js';
import { domain, read } from './reading.js';

const text = `# a comment
--- # the first
${domain('memory: 64Mi\ncpu: 2\ndisks:\n  - image: ./a.img\n  - { image: ./b.img, name: second }', 'one')}---
  apiVersion: windlass/v1
  kind: Domain
  metadata:
    name: two
    labels: { example.com/tier: front }
  spec:
    memory: &size 64Mi
    limits: { memory: *size }
--- { apiVersion: windlass/v1, kind: Domain, metadata: { name: three },
      spec: { memory: 1Gi } }
`;
const [one, two, three] = read(text, '/d/all.yaml');
if (one === undefined || two === undefined || three === undefined) throw new Error('there are three documents');

describe('the place of a field', () => {
  it.each([
    [one, 'spec.memory', 7, 11],
    [one, 'spec.disks[0].image', 10, 14],
    [one, 'spec.disks[1].name', 11, 31],
    [two, 'spec.memory', 19, 19],
    [two, 'metadata.labels["example.com/tier"]', 17, 33],
    [three, 'metadata.name', 21, 64],
    [three, 'spec.memory', 22, 23],
  ])('is where its value is written', (parsed, path, line, column) => {
    expect(positionOf(parsed, path)).toEqual({ file: '/d/all.yaml', line, column });
  });

  it('with a default is that of the nearest field around it', () => {
    expect(positionOf(one, 'spec.cpu.max')).toMatchObject({ line: 8, column: 8 });
    expect(positionOf(one, ['spec', 'disks', 0, 'name'])).toMatchObject({ line: 10, column: 7 });
    expect(positionOf(one, 'spec.deadlines.kill')).toMatchObject({ line: 6, column: 1 });
    expect(positionOf(three, 'spec.deadlines.kill')).toMatchObject({ line: 22, column: 13 });
    expect(positionOf(two, 'spec.nonsense[7]..x')).toMatchObject({ line: 18, column: 3 });
  });

  it('of a whole document is where its content begins', () => {
    expect([one, two, three].map(({ source }) => [source.line, source.column])).toEqual([
      [3, 1],
      [13, 3],
      [21, 5],
    ]);
    expect(positionOf(two, '')).toEqual(two.source);
  });
});

describe('a field', () => {
  it.each([
    [one, 'spec.cpu', true],
    [one, 'spec.cpu.max', false],
    [one, 'spec.disks[1].name', true],
    [one, 'spec.disks[0].name', false],
    [one, 'spec.deadlines.press', false],
    [two, 'spec.limits.memory', true],
    [three, 'metadata.labels.tier', false],
  ])('is written, or has its default', (parsed, path, written) => {
    expect(isWritten(parsed, path)).toBe(written);
  });

  it('within an alias is written where the alias is', () => {
    const [document] = read(domain('memory: 64Mi\nprobes: { ready: { tcp: &port { address: 127.0.0.1, port: 80 } }, live: { check: { tcp: *port } } }'), '/d/a.yaml');
    if (document === undefined) throw new Error('there is a document');
    expect([isWritten(document, 'spec.probes.live.check.tcp.port'), isWritten(document, 'spec.probes.live.timeout')]).toEqual([true, false]);
  });
});

describe('the fields of a document', () => {
  it('are those that the user wrote, and no defaults', () => {
    expect(fieldsOf(one).map(({ path }) => path)).toEqual([
      'apiVersion',
      'kind',
      'metadata',
      'metadata.name',
      'spec',
      'spec.memory',
      'spec.cpu',
      'spec.disks',
      'spec.disks[0]',
      'spec.disks[0].image',
      'spec.disks[1]',
      'spec.disks[1].image',
      'spec.disks[1].name',
    ]);
  });

  it('are each found again by their path', () => {
    for (const parsed of [one, two, three]) {
      for (const { path, position } of fieldsOf(parsed)) expect(positionOf(parsed, path), path).toEqual(position);
    }
  });
});
