import { z } from 'zod';
import type { FilePort } from '../../../effects/ports/files.js';
import { type CacheFile, cacheFile } from '../../cache-file.js';

const known = z.strictObject({
  /** Of the file that was looked into; the same file, unchanged, is not looked into again. */
  path: z.string(),
  id: z.string(),
  size: z.number(),
  modified: z.number(),
  machines: z.array(z.string()),
});

const content = z.strictObject({ images: z.array(known) });

/** What was found in a firmware image. */
export type KnownImage = z.output<typeof known>;

/** All that were looked into. It is not that of the probe: what is in a file stays so when the host is booted again, and whatever its xl is. */
export function firmwareCache(files: FilePort, directory: string): CacheFile<z.output<typeof content>> {
  return cacheFile(files, directory, 'xen-firmware.json', content);
}
