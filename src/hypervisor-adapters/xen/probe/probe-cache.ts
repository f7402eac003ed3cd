import { z } from 'zod';
import type { FileFacts, FilePort } from '../../../effects/ports/files.js';
import { type CacheFile, cacheFile } from '../../cache-file.js';

const knownXen = z.strictObject({
  version: z.string(),
  major: z.number(),
  minor: z.number(),
  highestCpu: z.number(),
  capabilities: z.array(z.string()),
  virtualization: z.array(z.string()),
  /** Its xl can; left out where it could not be asked. */
  suspends: z.boolean().optional(),
});

/** By the names of abilities. */
const qemuAnswers = z.record(z.string(), z.boolean());

/** `xens` by their xl, and what each QEMU has answered. */
const content = z.strictObject({ bootId: z.string(), xens: z.record(z.string(), knownXen), qemus: z.record(z.string(), qemuAnswers) });

/** What cannot change until the host is booted again. Free memory is not in it. */
export type KnownXen = z.output<typeof knownXen>;
/** What a QEMU can do or cannot; what it could not be asked is missing. */
export type QemuAnswers = Readonly<z.output<typeof qemuAnswers>>;
/** Keys are fingerprints of binaries. */
export type ProbeCache = Pick<z.output<typeof content>, 'xens' | 'qemus'>;

export const emptyCache: ProbeCache = { xens: {}, qemus: {} };

export function fingerprintOf(path: string, { id, modified, size }: FileFacts): string {
  return [path, id, size, modified].join('|');
}

/** Empty where nothing is known of this boot. */
export async function readProbeCache(files: FilePort, directory: string, bootId: string): Promise<ProbeCache> {
  const found = await fileIn(files, directory).read();
  return found?.bootId === bootId ? found : emptyCache;
}

/** Beside what is in it already, of which another probe may have written some meanwhile. Never rejects. */
export async function addToProbeCache(files: FilePort, directory: string, bootId: string, found: ProbeCache): Promise<void> {
  const { qemus, xens } = await readProbeCache(files, directory, bootId);
  await fileIn(files, directory).write({ bootId, xens: { ...xens, ...found.xens }, qemus: { ...qemus, ...found.qemus } });
}

function fileIn(files: FilePort, directory: string): CacheFile<z.output<typeof content>> {
  return cacheFile(files, directory, 'xen-probe.json', content);
}
