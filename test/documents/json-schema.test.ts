import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { JSON_SCHEMA_FILE, jsonSchema } from '../../src/documents/json-schema.js';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly additionalProperties?: unknown;
  readonly type?: string;
  readonly default?: unknown;
  readonly pattern?: string;
}

const schema = jsonSchema() as Schema;
const spec = schema.properties?.['spec']?.properties ?? {};

/** The schema and all schemas inside it. */
function* within(one: Schema, path: string): Generator<[string, Schema]> {
  yield [path, one];
  for (const [key, property] of Object.entries(one.properties ?? {})) yield* within(property, `${path}.${key}`);
  for (const branch of one.anyOf ?? []) yield* within(branch, path);
  if (one.items !== undefined) yield* within(one.items, `${path}[]`);
}

describe('the JSON Schema', () => {
  it('is the one that is committed (if not: npx tsx scripts/write-schema.ts)', async () => {
    const committed = await readFile(new URL(`../../schema/${JSON_SCHEMA_FILE}`, import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(schema);
  });

  it('has a name', () => {
    expect(schema).toMatchObject({ $id: 'urn:windlass:schema:windlass/v1', title: 'Windlass domain document (windlass/v1)' });
  });

  it('takes short and long forms', () => {
    expect(spec['memory']?.anyOf?.map(({ type, anyOf }) => type ?? anyOf?.map((inner) => inner.type))).toEqual([
      ['integer', 'string'],
      'object',
    ]);
    expect(spec['cpu']?.anyOf?.map(({ type }) => type)).toEqual(['integer', 'object']);
    expect(spec['restart']?.anyOf?.map(({ type }) => type)).toEqual(['string', 'object']);
    expect(spec['cdrom']?.anyOf?.map(({ type }) => type)).toEqual(['string', 'object']);
  });

  it('shows defaults as a user would write them', () => {
    expect(spec['deadlines']?.properties?.['kill']?.default).toBe('10s');
    expect(spec['hypervisor']?.default).toBe('auto');
    expect(spec['power']?.default).toBe('running');
  });

  it('describes every field', () => {
    const silent = [...within(schema, '')].flatMap(([path, { properties }]) =>
      Object.entries(properties ?? {}).flatMap(([key, property]) => (property.description === undefined ? [`${path}.${key}`] : [])),
    );
    expect(silent).toEqual([]);
  });

  it('takes no unknown field anywhere', () => {
    const open = [...within(schema, '')].filter(
      ([, { type, properties, additionalProperties }]) => type === 'object' && properties !== undefined && additionalProperties !== false,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  it('has patterns that every reader can compile', () => {
    for (const [path, { pattern }] of within(schema, '')) expect(() => new RegExp(pattern ?? '', 'u'), path).not.toThrow();
  });
});
