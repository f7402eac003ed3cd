import { z } from 'zod';
import type { FilePort } from '../../../effects/ports/files.js';

const known = z.strictObject({
  /** Of the file that was looked into; the same file, unchanged, is not looked into again. */
  path: z.string(),
  id: z.string(),
  size: z.number(),
  modified: z.number(),
  machines: z.array(z.string()),
});

const cacheFile = z.strictObject({ images: z.array(known) });

/** What was found in a firmware image. */
export type KnownImage = z.output<typeof known>;

/** Empty where nothing is known; a file that cannot be read as a cache is the same as none. */
export async function readFirmwareCache(files: FilePort, directory: string): Promise<readonly KnownImage[]> {
  const text = await files.readText(pathIn(directory)).catch(() => undefined);
  if (text === undefined) return [];
  try {
    return cacheFile.safeParse(JSON.parse(text)).data?.images ?? [];
  } catch {
    return [];
  }
}

/** Never rejects: whoever may not write here looks anew each time. */
export async function writeFirmwareCache(files: FilePort, directory: string, images: readonly KnownImage[]): Promise<void> {
  try {
    await files.ensureDirectory(directory, 0o700);
    await files.writeAtomic(pathIn(directory), `${JSON.stringify({ images })}\n`, 0o600);
  } catch {
    return;
  }
}

function pathIn(directory: string): string {
  return `${directory}/xen-firmware.json`;
}
