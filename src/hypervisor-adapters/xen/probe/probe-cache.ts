import { z } from 'zod';
import type { FilePort } from '../../../effects/ports/files.js';

const known = z.strictObject({
  version: z.string(),
  major: z.number(),
  minor: z.number(),
  capabilities: z.array(z.string()),
  virtualization: z.array(z.string()),
  /** Its QEMU can demand one. */
  vncPasswords: z.boolean(),
  /** Its xl can. */
  suspends: z.boolean(),
});

const cacheFile = z.strictObject({ bootId: z.string(), fingerprint: z.string(), known });

/** What cannot change until the host is booted again. Free memory is not in it. */
export type KnownXen = z.output<typeof known>;

/** Undefined where nothing is known of this boot and this xl; a file that cannot be read as a cache is the same as none. */
export async function readProbeCache(files: FilePort, directory: string, bootId: string, fingerprint: string): Promise<KnownXen | undefined> {
  const text = await files.readText(pathIn(directory)).catch(() => undefined);
  const found = text === undefined ? undefined : parse(text);
  return found?.bootId === bootId && found.fingerprint === fingerprint ? found.known : undefined;
}

/** Never rejects: whoever may not write here probes anew each time. */
export async function writeProbeCache(files: FilePort, directory: string, bootId: string, fingerprint: string, found: KnownXen): Promise<void> {
  try {
    await files.ensureDirectory(directory, 0o700);
    await files.writeAtomic(pathIn(directory), `${JSON.stringify({ bootId, fingerprint, known: found })}\n`, 0o600);
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
