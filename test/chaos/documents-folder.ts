/** The folder of documents as a user would keep it: one file a domain, written as a whole. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { heartbeatImage } from '../support/guest-image.js';
import type { Wish } from './schedule.js';

/** Milliseconds that a halt may take by its document, all rungs together. */
export const ladder = 1500 + 1000 + 1000 + 5000;

export interface DocumentsFolder {
  readonly path: string;
  /** What is asked for now. */
  readonly wishes: ReadonlyMap<string, Wish>;
  /** `performance.now()` of the removal of a domain's document; undefined while it is there, or if it never was. */
  removedAt(domain: string): number | undefined;
  write(domain: string, wish: Wish): void;
  remove(domain: string): void;
}

export function createDocumentsFolder(directory: string): DocumentsFolder {
  const path = join(directory, 'documents');
  const images = join(directory, 'images');
  for (const each of [path, images]) mkdirSync(each);
  const wishes = new Map<string, Wish>();
  const removed = new Map<string, number>();
  const made = new Map<string, string>();
  // Each domain writes to an image of its own, which QEMU locks: two anchors could not even share it.
  const imageOf = (domain: string): string => {
    const image = made.get(domain) ?? heartbeatImage({ directory: images, name: `${domain}.img`, tag: domain });
    made.set(domain, image);
    return image;
  };

  return {
    path,
    wishes,
    removedAt: (domain) => (wishes.has(domain) ? undefined : removed.get(domain)),
    write(domain, wish) {
      const text = JSON.stringify(documentOf(domain, wish, imageOf(domain)), null, 2);
      const unfinished = join(path, `.${domain}.tmp`);
      writeFileSync(unfinished, text);
      renameSync(unfinished, join(path, `${domain}.json`));
      wishes.set(domain, wish);
      removed.delete(domain);
    },
    remove(domain) {
      rmSync(join(path, `${domain}.json`), { force: true });
      wishes.delete(domain);
      removed.set(domain, performance.now());
    },
  };
}

function documentOf(name: string, { memory, policy, power }: Wish, image: string): object {
  return {
    apiVersion: 'windlass/v1',
    kind: 'Domain',
    metadata: { name },
    spec: {
      memory,
      power,
      acceleration: 'none',
      disks: [{ image }],
      restart: { policy, backoff: { initial: '100ms', max: '1s' } },
      // A frozen anchor is to be noticed, and to be got rid of, within the run.
      deadlines: { silence: '2s', press: '1500ms', quit: '1s', terminate: '1s', kill: '5s' },
    },
  };
}
