import { z } from 'zod';
import { API_VERSION, domainDocument } from './domain-spec.js';

/** Name of the schema file, next to which editors look for it. */
export const JSON_SCHEMA_FILE = 'windlass-v1.schema.json';

/** JSON Schema (draft 2020-12) of a document as it may be written: short forms included, defaults not required. */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(domainDocument, { io: 'input', reused: 'inline' });
  return {
    $schema,
    $id: `urn:windlass:schema:${API_VERSION}`,
    title: `Windlass domain document (${API_VERSION})`,
    description: 'A virtual machine that should exist on a node, and how it should be.',
    ...schema,
  };
}
