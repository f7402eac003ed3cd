/** A file system in memory. Each operation costs what it touches, however many files there are. */
import type { FilePort } from '../../src/effects/ports/files.js';

export function memoryFiles(): { readonly port: FilePort } {
  const contents = new Map<string, string>();
  const entries = new Map<string, Set<string>>();

  const makeDirectory = (path: string): void => {
    if (entries.has(path)) return;
    entries.set(path, new Set());
    enter(path);
  };
  const enter = (path: string): void => {
    const parent = parentOf(path);
    if (parent === path) return;
    makeDirectory(parent);
    entries.get(parent)?.add(path.slice(path.lastIndexOf('/') + 1));
  };
  const write = (path: string, content: string): void => {
    contents.set(path, content);
    enter(path);
  };
  const remove = (path: string): void => {
    for (const name of entries.get(path) ?? []) remove(`${path}/${name}`);
    entries.delete(path);
    contents.delete(path);
    entries.get(parentOf(path))?.delete(path.slice(path.lastIndexOf('/') + 1));
  };

  return {
    port: {
      findExecutable: (name) => Promise.resolve(`/simulated/${name}`),
      ensureDirectory: (path) => done(() => makeDirectory(path)),
      ensureStateRoot: (path) => done(() => makeDirectory(path)),
      writeAtomic: (path, content) => done(() => write(path, String(content))),
      ensureSymlink: (path, target) => done(() => write(path, target)),
      readText: (path) => Promise.resolve(contents.get(path)),
      tail: (path, bytes) => Promise.resolve((contents.get(path) ?? '').slice(-bytes)),
      list: (path) => Promise.resolve([...(entries.get(path) ?? [])].sort()),
      stat: (path) => {
        const kind = contents.has(path) ? 'file' : entries.has(path) ? 'directory' : undefined;
        return Promise.resolve(kind === undefined ? undefined : { kind, size: contents.get(path)?.length ?? 0, modified: 0, id: path });
      },
      idOf: (path) => Promise.resolve(contents.has(path) || entries.has(path) ? path : undefined),
      accessible: () => Promise.resolve(true),
      remove: (path) => done(() => remove(path)),
      copyIfAbsent: () => Promise.resolve(),
      rename: (from, to) => {
        write(to, contents.get(from) ?? '');
        remove(from);
        return Promise.resolve();
      },
      waitForEntry: () => Promise.resolve(),
    },
  };
}

function done(work: () => void): Promise<void> {
  work();
  return Promise.resolve();
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}
