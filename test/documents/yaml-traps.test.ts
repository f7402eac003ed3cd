import { describe, expect, it } from 'vitest';
import { complaints, complaintsAbout, domain, readOne, spec } from './reading.js';

describe('words that other YAML readers take for something else', () => {
  it.each([
    ['yes', 'write true'],
    ['on', 'write true'],
    ['no', 'write false'],
    ['Off', 'write false'],
  ])('%s is text, and the message says what to write', (word, advice) => {
    expect(complaintsAbout(`rng: ${word}`)).toEqual([
      `spec.rng: "${word}" is not true or false; ${advice} (YAML 1.2 reads this word as text)`,
    ]);
  });

  it('off is a fine value where text is wanted', () => {
    expect(spec('networks: [ { vhost: off } ]').networks[0]?.vhost).toBe('off');
  });

  it('dates and times are text', () => {
    expect(spec('smbios: { version: 2024-02-29 }').smbios.version).toBe('2024-02-29');
    expect(spec('networks: [ { mac: 52:54:00:12:34:56 } ]').networks[0]?.mac).toBe('52:54:00:12:34:56');
  });
});

describe('numbers', () => {
  it.each(['1e3', '0x10', '0o17', '010', '.inf', '-.INF', '.nan', '+4', '9007199254740993', '1_000'])('%s is no count', (written) => {
    expect(complaintsAbout(`cpu: ${written}`)).toHaveLength(1);
  });

  it('says how to write a number that is not plain', () => {
    expect(complaintsAbout('cpu: 1e3')).toEqual([
      'spec.cpu: 1e3 is not a plain decimal number; write one, or put it in quotes if it is text',
    ]);
  });

  it('a number is no text', () => {
    expect(complaintsAbout('smbios: { serial: 12 }')).toEqual(['spec.smbios.serial: 12 is not text; write it in quotes']);
  });
});

describe('what Windlass leaves out of YAML', () => {
  it.each([
    ['a tag', 'sound: !!bool true', 'has the tag'],
    ['a tag of one’s own', 'boot: !mine {}', 'has the tag "!mine"'],
    ['a merge key', 'limits: &l { pids: 3 }\ncdrom: { <<: *l }', 'merge keys are not read'],
    ['a key that is no text', 'limits: { 1: 2 }', 'the key 1 is not text'],
    ['a key that is a map', 'limits: { ? { a: b } : 2 }', 'a key is not text'],
    ['a key written twice', 'limits: { pids: 1, pids: 2 }', 'is written twice, the first time at 5:13'],
    ['an alias without an anchor', 'limits: *nowhere', 'no value before it has that anchor'],
    ['an alias of a value around it', 'limits: &l { pids: *l }', 'no value before it has that anchor'],
    ['a key that reaches for the prototype', 'limits: { __proto__: { pids: 1 } }', 'unknown field "__proto__"'],
    ['a field that every object has', 'limits: { constructor: 1 }', 'unknown field "constructor"'],
  ])('%s', (_what, lines, message) => {
    expect(complaintsAbout(lines).join('\n')).toContain(message);
  });

  it('another version of YAML', () => {
    expect(complaints(`%YAML 1.1\n---\n${domain('memory: 64Mi')}`)).toEqual([expect.stringContaining('write YAML 1.2')]);
  });

  it('a field without a value', () => {
    expect(complaints(domain('memory: 64Mi\ncdrom:'))).toEqual([
      'hello.yaml:6:3 spec.cdrom: is empty; leave the field out or write a value',
    ]);
  });
});

describe('aliases', () => {
  it('repeat a value', () => {
    const { limits, memory } = spec('memory: &size 64Mi\nlimits: { memory: *size }');
    expect(limits.memory).toBe(memory.size);
  });

  it('a mistake inside one is shown where it is written', () => {
    expect(complaints(domain('memory: 64Mi\ndisks:\n  - &d { image: a, format: vhd, readOnly: true }\n  - *d'))).toEqual([
      expect.stringMatching(/^hello\.yaml:7:30 spec\.disks\[0\]\.format/),
      expect.stringMatching(/^hello\.yaml:7:30 spec\.disks\[1\]\.format/),
    ]);
  });

  it('leave the prototype of objects alone', () => {
    readOne(domain('memory: 64Mi'));
    expect(Object.hasOwn(Object.prototype, 'pids')).toBe(false);
  });
});
