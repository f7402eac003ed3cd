import { type FSWatcher, lstatSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { WindlassError } from '../errors.js';
import { errnoOf, fileError } from './errno.js';

/** Milliseconds between two looks where the host has no inotify watch left to give. */
const lookInterval = 10;

/** See `FilePort.waitForEntry`. */
export async function waitForEntry(directory: string, name: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const path = join(directory, name);
  if (exists(path)) return;
  await new Promise<void>((resolve, reject) => {
    let stopWatching = (): void => undefined;
    const settle = (outcome: () => void): void => {
      stopWatching();
      signal.removeEventListener('abort', abort);
      outcome();
    };
    const abort = (): void => settle(() => reject(signal.reason as Error));
    const fail = (thrown: unknown): void => settle(() => reject(fileError(thrown, `wait for ${name} in`, directory)));
    const look = (): void => {
      try {
        if (exists(path)) settle(resolve);
        // The end of the directory shows as one event of its own, and then there are no more.
        else if (!exists(directory)) settle(() => reject(new WindlassError('FILE_ABSENT', `${directory} is gone while ${name} was awaited in it`)));
      } catch (thrown) {
        fail(thrown);
      }
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      stopWatching = watchOrPoll(directory, name, look, fail);
      // What came between the first look and the watch made no event.
      look();
    } catch (thrown) {
      fail(thrown);
    }
  });
}

function watchOrPoll(directory: string, name: string, look: () => void, fail: (thrown: unknown) => void): () => void {
  let watcher: FSWatcher;
  try {
    watcher = watch(directory);
  } catch (thrown) {
    // The user's inotify watches or instances are used up (fs.inotify.max_user_watches): waiting must not fail for that, so look instead.
    if (errnoOf(thrown) !== 'ENOSPC' && errnoOf(thrown) !== 'EMFILE') throw thrown;
    const timer = setInterval(look, lookInterval);
    return () => clearInterval(timer);
  }
  // A VMM that starts makes other entries besides. The directory's own end is told under its own name.
  const own = basename(directory);
  watcher.on('change', (_, changed) => {
    if (changed === name || changed === own) look();
  });
  watcher.on('error', fail);
  return () => watcher.close();
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
