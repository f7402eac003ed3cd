import { z } from 'zod';
import { domainDocument } from '../../../src/documents/domain-spec.js';

/** The part of JSON Schema that documents use. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** They take long to work out, and many tests ask. */
let leaves: readonly string[] | undefined;

/** Paths of all fields that hold values, with `[]` for any item: `spec.disks[].image`. A field with a short form counts as well: `spec.cpu`. */
export function schemaLeaves(): readonly string[] {
  leaves ??= [...new Set(leavesOf(z.toJSONSchema(domainDocument, { io: 'input', unrepresentable: 'any' }) as Schema, ''))];
  return leaves;
}

function leavesOf(schema: Schema, path: string): readonly string[] {
  const variants = [...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.oneOf ?? [])];
  if (variants.length > 0) return variants.flatMap((variant) => leavesOf(variant, path));
  if (schema.items !== undefined) return leavesOf(schema.items, `${path}[]`);
  if (schema.properties === undefined) return [path];
  return Object.entries(schema.properties).flatMap(([key, field]) => leavesOf(field, path === '' ? key : `${path}.${key}`));
}
