import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

const chunkSize = 65_536;

export interface FollowFileOptions {
  readonly from: number;
  /** Goes on when the end is reached, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * The bytes of a file from an offset on, then what is written later. A file that was cut short or replaced (the next run of a domain
 * begins its logs anew) is read from its start. Ends quietly at the signal. A file that is not there is an empty one.
 */
export async function* followFile(path: string, { follow, from, signal }: FollowFileOptions): AsyncGenerator<Buffer, void, undefined> {
  const bell = createBell();
  // The directory, since a watched file that is replaced falls silent. Before the first look, so that nothing is missed.
  const watcher = follow ? watch(dirname(path), bell.ring) : undefined;
  watcher?.on('error', bell.ring);
  signal.addEventListener('abort', bell.ring);
  let offset = from;
  let inode: number | undefined;
  try {
    while (!signal.aborted) {
      const file = await openIfThere(path);
      try {
        const facts = await file?.stat();
        if (facts !== undefined && inode !== undefined && (facts.ino !== inode || facts.size < offset)) offset = 0;
        inode = facts?.ino ?? inode;
        for (let last = false; file !== undefined && !last; ) {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkSize), 0, chunkSize, offset);
          offset += bytesRead;
          last = bytesRead < chunkSize;
          if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await file?.close();
      }
      if (!follow) return;
      await bell.rung();
    }
  } finally {
    watcher?.close();
    signal.removeEventListener('abort', bell.ring);
  }
}

interface Bell {
  readonly ring: () => void;
  /** Resolves when it has been rung since this was last asked. */
  readonly rung: () => Promise<void>;
}

function createBell(): Bell {
  let pending = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      pending = true;
      wake?.();
    },
    rung: async () => {
      if (!pending) await new Promise<void>((resolve) => (wake = resolve));
      pending = false;
    },
  };
}

async function openIfThere(path: string): Promise<Awaited<ReturnType<typeof open>> | undefined> {
  try {
    return await open(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
