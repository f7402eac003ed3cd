import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { WindlassError } from '../index.js';

/** Writes a file that the user asked for, by a path relative to where the user is; resolves with its absolute path. Rejects with OUTPUT_UNWRITABLE. */
export async function writeOutput(workingDirectory: string, path: string, content: string | Uint8Array): Promise<string> {
  const file = resolve(workingDirectory, path);
  try {
    await writeFile(file, content);
    return file;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new WindlassError('OUTPUT_UNWRITABLE', `cannot write ${path}: ${message}`, { cause: thrown, cure: 'name another file with --out' });
  }
}
