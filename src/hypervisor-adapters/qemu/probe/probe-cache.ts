import { z } from 'zod';
import type { FilePort } from '../../../effects/ports/files.js';
import { type CacheFile, cacheFile } from '../../cache-file.js';

const entry = z.strictObject({
  version: z.string(),
  machines: z.array(z.string()),
  devices: z.array(z.string()),
  kvm: z.strictObject({ usable: z.boolean(), name: z.string(), reason: z.string() }).optional(),
});

const content = z.strictObject({ bootId: z.string(), binaries: z.record(z.string(), entry) });

/** What is known of one binary since this boot. */
export type CacheEntry = z.output<typeof entry>;

/** The cache of all probes of one engine: one file, forgotten at the next boot, when another kernel may run. */
export class ProbeCache {
  readonly #file: CacheFile<z.output<typeof content>>;
  readonly #bootId: string;

  constructor(files: FilePort, directory: string, bootId: string) {
    this.#file = cacheFile(files, directory, 'qemu-probe.json', content);
    this.#bootId = bootId;
  }

  /** Undefined where nothing is known. */
  async read(fingerprint: string): Promise<CacheEntry | undefined> {
    return (await this.#load())[fingerprint];
  }

  /** Never rejects. */
  async write(fingerprint: string, known: CacheEntry): Promise<void> {
    await this.#file.write({ bootId: this.#bootId, binaries: { ...(await this.#load()), [fingerprint]: known } });
  }

  async #load(): Promise<Readonly<Record<string, CacheEntry>>> {
    const found = await this.#file.read();
    return found?.bootId === this.#bootId ? found.binaries : {};
  }
}
