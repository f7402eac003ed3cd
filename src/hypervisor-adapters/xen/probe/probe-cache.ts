import { z } from 'zod';
import type { FileFacts, FilePort } from '../../../effects/ports/files.js';

const knownXen = z.strictObject({
  version: z.string(),
  major: z.number(),
  minor: z.number(),
  capabilities: z.array(z.string()),
  virtualization: z.array(z.string()),
});

/** By the names of abilities. */
const qemuAnswers = z.record(z.string(), z.boolean());

/** `xens` by their xl, and what each QEMU has answered. */
const cacheFile = z.strictObject({ bootId: z.string(), xens: z.record(z.string(), knownXen), qemus: z.record(z.string(), qemuAnswers) });

/** What cannot change until the host is booted again. Free memory is not in it. */
export type KnownXen = z.output<typeof knownXen>;
/** What a QEMU can do or cannot; what it could not be asked is missing. */
export type QemuAnswers = Readonly<z.output<typeof qemuAnswers>>;
/** Keys are fingerprints of binaries. */
export type ProbeCache = Pick<z.output<typeof cacheFile>, 'xens' | 'qemus'>;

export const emptyCache: ProbeCache = { xens: {}, qemus: {} };

export function fingerprintOf(path: string, { id, modified, size }: FileFacts): string {
  return [path, id, size, modified].join('|');
}

/** Empty where nothing is known of this boot; a file that cannot be read as a cache is the same as none. */
export async function readProbeCache(files: FilePort, directory: string, bootId: string): Promise<ProbeCache> {
  const text = await files.readText(pathIn(directory)).catch(() => undefined);
  const found = text === undefined ? undefined : parse(text);
  return found?.bootId === bootId ? found : emptyCache;
}

/** Beside what is in it already, of which another probe may have written some meanwhile. Never rejects: whoever may not write here probes anew each time. */
export async function addToProbeCache(files: FilePort, directory: string, bootId: string, found: ProbeCache): Promise<void> {
  const { qemus, xens } = await readProbeCache(files, directory, bootId);
  const all = { bootId, xens: { ...xens, ...found.xens }, qemus: { ...qemus, ...found.qemus } };
  try {
    await files.ensureDirectory(directory, 0o700);
    await files.writeAtomic(pathIn(directory), `${JSON.stringify(all)}\n`, 0o600);
  } catch {
    return;
  }
}

function pathIn(directory: string): string {
  return `${directory}/xen-probe.json`;
}

function parse(text: string): z.output<typeof cacheFile> | undefined {
  try {
    return cacheFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
