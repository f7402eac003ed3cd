import { describe, expect, it } from 'vitest';
import { parseDocuments } from '../../src/documents/parse.js';
import { formatProblem } from '../../src/documents/problems.js';
import { complaints, domain, read } from './reading.js';

describe('a set of documents', () => {
  it('is read from several documents in a file, and empty ones ask for nothing', () => {
    const text = ['# nothing yet', '---', domain('memory: 64Mi', 'one'), '---', '---', domain('memory: 1Gi', 'two'), '...', ''].join('\n');
    expect(read(text).map(({ document, source }) => [document.metadata.name, source.line])).toEqual([
      ['one', 3],
      ['two', 11],
    ]);
  });

  it('may be empty', () => {
    expect(parseDocuments([])).toEqual({ ok: true, documents: [] });
    expect(read('')).toEqual([]);
    expect(read('# only a comment\n')).toEqual([]);
  });

  it('yields nothing when one document of one file is wrong', () => {
    const result = parseDocuments([
      { file: '/a.yaml', text: domain('memory: 64Mi', 'a') },
      { file: '/b.yaml', text: domain('memory: lots', 'b') },
    ]);
    expect(result).toMatchObject({ ok: false, problems: [{ position: { file: '/b.yaml', line: 5, column: 11 }, path: 'spec.memory' }] });
    expect(result).not.toHaveProperty('documents');
  });

  it('reports every mistake of every file at once, in the order of reading', () => {
    const result = parseDocuments([
      { file: '/b.yaml', text: domain('power: of\nmemory: 64Mx\nmemroy: 1') },
      { file: '/a.yaml', text: '- just\n- a list\n' },
      { file: '/c.yaml', text: 'a: [1, 2' },
    ]);
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      '/a.yaml:1:1 is a list; a document is a map with apiVersion, kind, metadata and spec',
      '/b.yaml:5:10 spec.power: "of" is not allowed here; write running, suspended, paused or halted',
      '/b.yaml:6:11 spec.memory: "64Mx" is not a size; write a number of bytes or a number with Ki, Mi, Gi, Ti, K, M, G, T, such as 64Mi',
      '/b.yaml:7:3 spec.memroy: unknown field "memroy"; did you mean "memory"?',
      expect.stringMatching(/^\/c\.yaml:1:9 is not YAML: /),
    ]);
  });

  it('gives a name to one domain only, and says where it was first', () => {
    const result = parseDocuments([
      { file: '/a.yaml', text: domain('memory: 64Mi', 'web') },
      { file: '/b.yaml', text: domain('memory: 64Mi', 'web') },
    ]);
    expect(result).toMatchObject({
      problems: [
        {
          code: 'DUPLICATE_DOMAIN',
          position: { file: '/b.yaml', line: 3, column: 19 },
          message: '"web" is already the name of the domain at /a.yaml:3:19',
        },
      ],
    });
  });

  it('shows only the beginning of a very long list of mistakes', () => {
    const listed = complaints('- a\n---\n'.repeat(500));
    expect(listed).toHaveLength(101);
    expect(listed.at(-1)).toContain('and 400 more problems in this file');
  });
});

describe('a document of another kind or version', () => {
  it('is wrong in that alone', () => {
    expect(complaints('apiVersion: v1\nkind: Pod\nmetadata: { name: x }\nspec: { containers: [] }\n')).toEqual([
      'hello.yaml:1:13 apiVersion: "v1" is not a version that this engine knows; write windlass/v1',
      'hello.yaml:2:7 kind: "Pod" is not a kind that this engine knows; write Domain',
    ]);
  });

  it('is told what is missing, at the place where it begins', () => {
    expect(complaints('\nspec: {}\n')).toEqual([
      'hello.yaml:2:1 apiVersion: is missing; write windlass/v1',
      'hello.yaml:2:1 kind: is missing; write Domain',
      'hello.yaml:2:1 metadata: is missing; it must be a map',
      expect.stringContaining('hello.yaml:2:7 spec.memory: is missing'),
    ]);
  });
});

describe('JSON', () => {
  it('is read as the YAML that it is, tabs included', () => {
    const text =
      '{\n\t"apiVersion": "windlass/v1",\n\t"kind": "Domain",\n\t"metadata": {"name": "j"},\n\t"spec": {"memory": 67108864}\n}\n';
    expect(read(text, '/j.json')[0]?.document.spec.memory.size).toBe(67_108_864);
  });

  it('is refused with the place of the mistake', () => {
    expect(complaints('{\n  "apiVersion": "windlass/v1"\n  "kind": "Domain"\n}', 'j.json')[0]).toBe(
      'j.json:3:3 is not YAML: Missing , between flow map items',
    );
    expect(complaints('{"apiVersion":"windlass/v1","kind":"Domain","metadata":{"name":"j"},"spec":{"memory":true}}', 'j.json')).toEqual([
      expect.stringContaining('j.json:1:86 spec.memory: true is not a size'),
    ]);
  });
});
