import type { Presence, ProcessIdentity } from './ports/processes.js';

/** Milliseconds between two looks at a process whose parent, the spawner process, has died. */
const interval = 100;

export interface GoneWatch {
  /** Resolves when the process is confirmed absent; unknown is waited out. */
  gone(identity: ProcessIdentity): Promise<void>;
  /** Stops looking; what is still awaited stays pending. */
  close(): void;
}

/**
 * Finds the end of processes that are nobody's children any more. It polls, because Node offers no event for a stranger's end (no
 * pidfd; inotify does not see /proc): one timer for all, 5 µs a process each time, and only after a spawner process was killed.
 */
export function createGoneWatch(presence: (identity: ProcessIdentity) => Presence): GoneWatch {
  const watched = new Map<ProcessIdentity, () => void>();
  let timer: NodeJS.Timeout | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function lookAtAll(): void {
    for (const [identity, resolve] of watched) {
      if (presence(identity) !== 'absent') continue;
      watched.delete(identity);
      resolve();
    }
    if (watched.size === 0) stop();
  }

  return {
    gone: (identity) =>
      new Promise((resolve) => {
        watched.set(identity, resolve);
        timer ??= setInterval(lookAtAll, interval);
      }),
    close: () => {
      watched.clear();
      stop();
    },
  };
}
