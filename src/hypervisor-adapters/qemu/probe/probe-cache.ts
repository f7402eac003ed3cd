import { z } from 'zod';
import type { Ports } from '../../../effects/ports.js';

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
  readonly #path: string;
  readonly #bootId: string;

  constructor(cacheDirectory: string, bootId: string) {
    this.#path = `${cacheDirectory}/qemu-probe.json`;
    this.#bootId = bootId;
  }

  /** Undefined where nothing is known; a file that cannot be read as a cache is the same as none. */
  async read(ports: Ports, fingerprint: string): Promise<CacheEntry | undefined> {
    return (await this.#load(ports))[fingerprint];
  }

  async write(ports: Ports, fingerprint: string, known: CacheEntry): Promise<void> {
    const binaries = { ...(await this.#load(ports)), [fingerprint]: known };
    await ports.files.writeAtomic(this.#path, `${JSON.stringify({ bootId: this.#bootId, binaries })}\n`, 0o600);
  }

  async #load(ports: Ports): Promise<Readonly<Record<string, CacheEntry>>> {
    const text = await ports.files.readText(this.#path);
    const found = text === undefined ? undefined : parse(text);
    return found?.bootId === this.#bootId ? found.binaries : {};
  }
}

function parse(text: string): z.output<typeof cacheFile> | undefined {
  try {
    return cacheFile.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
