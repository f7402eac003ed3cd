/** Writes schema/windlass-v1.schema.json, which editors read. Run by `npx tsx scripts/write-schema.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { JSON_SCHEMA_FILE, jsonSchema } from '../src/documents/json-schema.js';

const directory = new URL('../schema/', import.meta.url);
await mkdir(directory, { recursive: true });
await writeFile(new URL(JSON_SCHEMA_FILE, directory), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
