/** What a probe remembers: a file of JSON in the state directory, which may be lost at any time. */
import type { z } from 'zod';
import type { FilePort } from '../effects/ports/files.js';

export interface CacheFile<Content> {
  /** Undefined where nothing is remembered; a file that cannot be read as such a cache is the same as none. Never rejects. */
  read(): Promise<Content | undefined>;
  /** Never rejects: whoever may not write here, such as a user who only asks what the host can do, finds out anew each time. */
  write(content: Content): Promise<void>;
}

/** `directory` is the state directory: it is made where it is missing, and keeps its mode where it is for other things, too. */
export function cacheFile<Content>(files: FilePort, directory: string, name: string, shape: z.ZodType<Content>): CacheFile<Content> {
  const path = `${directory}/${name}`;
  return {
    async read() {
      try {
        const text = await files.readText(path);
        return text === undefined ? undefined : shape.safeParse(JSON.parse(text)).data;
      } catch {
        return undefined;
      }
    },
    async write(content) {
      try {
        await files.ensureStateRoot(directory);
        await files.writeAtomic(path, `${JSON.stringify(content)}\n`, 0o600);
      } catch {
        return;
      }
    },
  };
}
