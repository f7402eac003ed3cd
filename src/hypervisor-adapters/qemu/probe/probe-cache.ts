import { z } from 'zod';
import type { FilePort } from '../../../effects/ports/files.js';

const entry = z.strictObject({
  version: z.string(),
  machines: z.array(z.string()),
  devices: z.array(z.string()),
  kvm: z.strictObject({ usable: z.boolean(), name: z.string(), reason: z.string() }).optional(),
});

const cacheFile = z.strictObject({ bootId: z.string(), binaries: z.record(z.string(), entry) });

/** What is known of one binary since this boot. */
export type CacheEntry = z.output<typeof entry>;

/** The cache of all probes of one engine: one file, forgotten at the next boot, when another kernel may run. */
export class ProbeCache {
  readonly #files: FilePort;
  readonly #directory: string;
  readonly #bootId: string;

  constructor(files: FilePort, directory: string, bootId: string) {
    this.#files = files;
    this.#directory = directory;
    this.#bootId = bootId;
  }

  /** Undefined where nothing is known; a file that cannot be read as a cache is the same as none. */
  async read(fingerprint: string): Promise<CacheEntry | undefined> {
    return (await this.#load())[fingerprint];
  }

  /** Never rejects: whoever may not write here, such as a user who only asks what the host can do, probes anew each time. */
  async write(fingerprint: string, known: CacheEntry): Promise<void> {
    const binaries = { ...(await this.#load()), [fingerprint]: known };
    try {
      await this.#files.ensureStateRoot(this.#directory);
      await this.#files.writeAtomic(this.#path, `${JSON.stringify({ bootId: this.#bootId, binaries })}\n`, 0o600);
    } catch {
      return;
    }
  }

  async #load(): Promise<Readonly<Record<string, CacheEntry>>> {
    const text = await this.#files.readText(this.#path).catch(() => undefined);
    const found = text === undefined ? undefined : parse(text);
    return found?.bootId === this.#bootId ? found.binaries : {};
  }

  get #path(): string {
    return `${this.#directory}/qemu-probe.json`;
  }
}

function parse(text: string): z.output<typeof cacheFile> | undefined {
  try {
    return cacheFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
