/**
 * Appending goes through Node's thread pool: a journal may lie on a disk that is busy, and nobody waits for it. A tmpfs would take a
 * synchronous write in 5 µs; here it costs the main thread about 20.
 */
import { watch } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { errnoOf, fileError, saysAbsent } from './errno.js';
import type { AppendingFile, GrowingFilePort, ReadingFile } from './ports/growing-files.js';

/** Milliseconds between two calls where the host has no inotify watch left to give. */
const lookInterval = 100;
/** `f_type` of file systems that a loss of power empties anyway. Source: linux/magic.h. */
const memoryFileSystems: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);

export const hostGrowingFiles: GrowingFilePort = {
  append: async (path, mode) => {
    const words = 'append to';
    try {
      const file = await open(path, 'a', mode);
      try {
        const { size } = await file.stat();
        const { type } = await statfs(path);
        return appendingFile(file, path, size, !memoryFileSystems.has(type));
      } catch (thrown) {
        await file.close();
        throw thrown;
      }
    } catch (thrown) {
      throw fileError(thrown, words, path);
    }
  },
  read: async (path) => {
    try {
      const file = await open(path, 'r');
      const { dev, ino } = await file.stat({ bigint: true });
      return readingFile(file, path, `${dev}:${ino}`);
    } catch (thrown) {
      if (saysAbsent(thrown)) return undefined;
      throw fileError(thrown, 'read', path);
    }
  },
  watch: watchOrPoll,
};

function appendingFile(file: FileHandle, path: string, sizeAtFirst: number, onDisk: boolean): AppendingFile {
  let size = sizeAtFirst;
  const failing = async (work: () => Promise<void>, action: string): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      throw fileError(thrown, action, path);
    }
  };
  return {
    onDisk,
    size: () => size,
    append: (bytes) =>
      failing(async () => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done);
          done += bytesWritten;
          size += bytesWritten;
        }
      }, 'append to'),
    cut: (to) =>
      failing(async () => {
        await file.truncate(to);
        size = to;
      }, 'cut'),
    sync: () => failing(() => file.datasync(), 'sync'),
    close: () => failing(() => file.close(), 'close'),
  };
}

function readingFile(file: FileHandle, path: string, id: string): ReadingFile {
  return {
    id,
    size: async () => (await file.stat()).size,
    read: async (offset, length) => {
      try {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } catch (thrown) {
        throw fileError(thrown, 'read', path);
      }
    },
    close: () => file.close(),
  };
}

function watchOrPoll(directory: string, changed: () => void): () => void {
  try {
    const watcher = watch(directory);
    watcher.on('change', changed).on('error', changed);
    return () => watcher.close();
  } catch (thrown) {
    // The user's inotify watches or instances are used up (fs.inotify.max_user_watches): following must not fail for that.
    if (errnoOf(thrown) !== 'ENOSPC' && errnoOf(thrown) !== 'EMFILE') throw fileError(thrown, 'watch', directory);
    const timer = setInterval(changed, lookInterval);
    return () => clearInterval(timer);
  }
}
