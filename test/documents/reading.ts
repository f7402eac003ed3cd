import { expect } from 'vitest';
import type { DomainDocument, DomainSpec } from '../../src/documents/domain-spec.js';
import { parseDocuments, type ParsedDocument } from '../../src/documents/parse.js';
import { formatProblem } from '../../src/documents/problems.js';

/** A whole document around the lines of a spec. The spec begins at line 5, its fields at column 3. */
export function domain(spec: string, name = 'hello'): string {
  const fields = spec.split('\n').map((line) => `  ${line}`);
  return ['apiVersion: windlass/v1', 'kind: Domain', `metadata: { name: ${name} }`, 'spec:', ...fields, ''].join('\n');
}

/** The documents of a text that must be sound. */
export function read(text: string, file = '/etc/windlass/hello.yaml'): readonly ParsedDocument[] {
  const result = parseDocuments([{ file, text }]);
  if (!result.ok) expect.fail(result.problems.map(formatProblem).join('\n'));
  return result.documents;
}

/** The one document of a text that must be sound. */
export function readOne(text: string): DomainDocument {
  const [first, ...others] = read(text);
  if (first === undefined || others.length > 0) expect.fail('there must be one document');
  return first.document;
}

/** The spec that these lines make, with `memory: 64Mi` unless they say otherwise. */
export function spec(lines: string): DomainSpec {
  return readOne(domain(/^memory:/m.test(lines) ? lines : `${lines}\nmemory: 64Mi`)).spec;
}

/** What is wrong with a text, as the user reads it; nothing for a sound one. */
export function complaints(text: string, file = 'hello.yaml'): readonly string[] {
  const result = parseDocuments([{ file, text }], { workingDirectory: '/work' });
  return result.ok ? [] : result.problems.map(formatProblem);
}

/** What is wrong with the lines of a spec, without file and place. */
export function complaintsAbout(lines: string): readonly string[] {
  const text = domain(/^memory:/m.test(lines) ? lines : `${lines}\nmemory: 64Mi`);
  return complaints(text).map((complaint) => complaint.replace(/^\S+ /, ''));
}
