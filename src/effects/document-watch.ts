import { statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { isDocumentName, isVisible } from './document-files.js';
import { type FolderWatch, watchByName } from './named-folder.js';

/** Milliseconds without a further change before changes are told. */
const quiet = 50;
/**
 * A file is read when its size has not changed for `stabilityThreshold` ms, looked at every `pollInterval` ms: the first half of a file
 * can be a valid set of documents, and what is not in it would be halted. It polls because inotify does not tell when a writer is done
 * (a close may be followed by another open), and only from the first change on until the size rests.
 */
const writeFinish = { stabilityThreshold: 100, pollInterval: 20 };

export interface DocumentWatch extends AsyncDisposable {
  close(): Promise<void>;
}

/** A folder to be watched for one of the given paths. */
interface Watched {
  readonly directory: string;
  /** Levels of folders below it that matter. */
  readonly depth: number;
  /** Is that a document, by its absolute path? */
  readonly concerns: (path: string) => boolean;
}

/**
 * Tells when documents at these paths (as `readDocumentFiles` takes them) may have changed: written, replaced by rename, removed, or a
 * folder of them added or put in the place of another. Says where, not what: read them all again. Resolves when every change from now on will be seen.
 * `onError` is told what keeps the watch from seeing, such as the end of the user's inotify watches.
 */
export async function watchDocuments(
  paths: readonly string[],
  onChange: (changed: readonly string[]) => void,
  onError: (error: unknown) => void = () => undefined,
): Promise<DocumentWatch> {
  const { watch } = await import('chokidar');
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  function note(path: string): void {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const told = [...changed].sort();
      changed.clear();
      onChange(told);
    }, quiet);
  }

  const open = ({ concerns, depth, directory }: Watched, gone: () => void): FolderWatch => {
    const watcher = watch(directory, {
      ignoreInitial: true,
      atomic: true,
      awaitWriteFinish: writeFinish,
      depth,
      ignored: (path, facts) => (path === directory ? false : facts?.isFile() === true ? !concerns(path) : !isBelowVisibly(directory, path)),
    });
    for (const event of ['add', 'change', 'unlink', 'unlinkDir'] as const) watcher.on(event, note);
    watcher.on('unlinkDir', (path) => path === directory && gone()).on('error', onError);
    return { ready: new Promise((ready) => watcher.once('ready', ready)), close: () => watcher.close() };
  };
  const watchers = paths.map(watchedFor).map((watched) =>
    watchByName(
      watched.directory,
      (gone) => open(watched, gone),
      () => note(watched.directory),
    ),
  );
  await Promise.all(watchers.map(({ ready }) => ready));

  const close = async (): Promise<void> => {
    clearTimeout(timer);
    await Promise.all(watchers.map((watcher) => watcher.close()));
  };
  return { close, [Symbol.asyncDispose]: close };
}

/** Files are watched through their folder, which goes on telling when they are removed and come back. */
function watchedFor(path: string): Watched {
  const absolute = resolve(path);
  const facts = statSync(absolute, { throwIfNoEntry: false });
  if (facts?.isDirectory() === true) return { directory: absolute, depth: Number.MAX_SAFE_INTEGER, concerns: (file) => isDocumentName(basename(file)) };
  const segments = absolute.split(sep);
  const first = segments.findIndex((segment) => /[*?[\]{}!()]/.test(segment));
  if (facts !== undefined || first < 0) return { directory: dirname(absolute), depth: 0, concerns: (file) => file === absolute };
  const below = segments.slice(first);
  return {
    directory: segments.slice(0, first).join(sep) || sep,
    depth: below.some((segment) => segment.includes('**')) ? Number.MAX_SAFE_INTEGER : below.length - 1,
    // What does not match the rest of the pattern either is only read in vain.
    concerns: () => true,
  };
}

function isBelowVisibly(directory: string, path: string): boolean {
  return relative(directory, path).split(sep).every(isVisible);
}
