import { describe, expect, it } from 'vitest';
import { jsonSchema } from '../../src/documents/json-schema.js';
import { parseDocuments } from '../../src/documents/parse.js';
import { DURATION_PATTERN, SIZE_PATTERN } from '../../src/documents/units.js';
import { writtenValue } from '../../src/documents/written-value.js';

/** Paths of all fields that take text of this pattern, according to the schema that editors see. */
function fieldsOf(pattern: string): readonly string[] {
  const schema = JSON.parse(JSON.stringify(jsonSchema())) as Schema;
  const found = new Set<string>();
  const walk = (part: Schema, path: string, depth: number): void => {
    if (depth > 24) throw new Error(`the schema nests too deep at ${path}`);
    if (part.$ref !== undefined) walk(schema.$defs?.[part.$ref.replace('#/$defs/', '')] ?? {}, path, depth + 1);
    if (part.pattern === pattern) found.add(path);
    for (const choice of [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])]) walk(choice, path, depth + 1);
    for (const [name, field] of Object.entries(part.properties ?? {})) walk(field, path === '' ? name : `${path}.${name}`, depth + 1);
  };
  walk(schema, '', 0);
  return [...found].sort();
}

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

describe('a value as a document would write it', () => {
  it('has the unit of its field, for every size and duration of the schema', () => {
    const sizes = fieldsOf(SIZE_PATTERN.source);
    expect(sizes).toContain('spec.memory.size');
    // `memory: 64Mi` is read as `memory: { size: 64Mi }`: the field itself never holds a number.
    for (const field of sizes.filter((one) => one !== 'spec.memory')) expect({ field, text: writtenValue(field, 3 * 2 ** 20) }).toEqual({ field, text: '3Mi' });
    const durations = fieldsOf(DURATION_PATTERN.source);
    expect(durations).toContain('spec.deadlines.press');
    for (const field of durations) expect({ field, text: writtenValue(field, 90_000) }).toEqual({ field, text: '90s' });
  });

  it('is read back as what it was', () => {
    const text = `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: a }\nspec: { memory: ${writtenValue('spec.memory.size', 67_108_864)}, deadlines: { press: ${writtenValue('spec.deadlines.press', 1500)} } }\n`;
    const parsed = parseDocuments([{ file: '/a.yaml', text }]);
    expect(parsed.ok && parsed.documents[0]?.document.spec).toMatchObject({ memory: { size: 67_108_864 }, deadlines: { press: 1500 } });
  });

  it('is JSON where it has no unit', () => {
    expect([writtenValue('spec.power', 'paused'), writtenValue('spec.cpu.count', 4), writtenValue('metadata.labels', { a: 'b' }), writtenValue('spec.tpm', undefined)]).toEqual(['"paused"', '4', '{"a":"b"}', 'none']);
  });
});
