import { describe, expect, it } from 'vitest';
import { sameSpec, specDigest } from '../../src/documents/spec-digest.js';
import { domain, readOne } from './reading.js';

const digest = (lines: string, name?: string): string => specDigest(readOne(domain(lines, name)));

describe('the digest of a spec', () => {
  it('stays the same when the same thing is said otherwise', () => {
    expect(digest('memory: 64Mi\ncpu: 1\nsound: false')).toBe(digest('cpu: { max: 1, count: 1 }\nmemory: { size: 67108864 }'));
    expect(digest('memory: 64Mi\ncdrom: ./a.iso')).toBe(digest('memory: 64Mi\ncdrom: { image: /etc/windlass/a.iso }'));
  });

  it('does not depend on name and labels', () => {
    expect(digest('memory: 64Mi', 'one')).toBe(digest('memory: 64Mi', 'two'));
  });

  it.each([
    ['memory: 65Mi'],
    ['memory: 64Mi\npower: halted'],
    ['memory: 64Mi\ntpm: true'],
    ['memory: 64Mi\ndisks: [ { image: /a } ]'],
    ['memory: 64Mi\nsmbios: { serial: "1" }'],
  ])('changes with the spec: %s', (lines) => {
    expect(digest(lines)).not.toBe(digest('memory: 64Mi'));
  });

  it('sees the order of a list', () => {
    expect(digest('memory: 64Mi\nboot: { order: [disk, cdrom] }')).not.toBe(digest('memory: 64Mi\nboot: { order: [cdrom, disk] }'));
  });

  it('is canonical JSON', () => {
    expect(Object.keys(JSON.parse(digest('memory: 64Mi')) as object)).toEqual(
      Object.keys(JSON.parse(digest('memory: 64Mi')) as object).sort(),
    );
  });
});

it('two documents ask for the same, in whatever order they were read and under whatever name, or not', () => {
  const one = readOne(domain('memory: 64Mi\ncpu: 2', 'one'));
  const { cpu, memory, ...others } = one.spec;
  expect(sameSpec(one, readOne(domain('cpu: 2\nmemory: 64Mi', 'two')))).toBe(true);
  expect(sameSpec(one, { ...one, spec: { memory, ...others, cpu } })).toBe(true);
  expect(sameSpec(one, readOne(domain('memory: 64Mi\ncpu: 3', 'one')))).toBe(false);
});
