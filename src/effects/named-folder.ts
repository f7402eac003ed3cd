import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Milliseconds between two looks at which folder has the name. It polls because inotify follows a folder and not its name: that another
 * folder was put in its place (a checkout, a link that is pointed anew), or that it came back, nobody tells.
 */
const interval = 1_000;

/** What watches one folder, by whatever means. */
export interface FolderWatch {
  /** Resolves when every change from now on will be seen. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Keeps a watch on the folder that has this name. `open` begins a watch, and is given what to call when the folder itself is gone.
 * `replaced` is called when a watch sees a folder that has come in the place of the former one.
 */
export function watchByName(directory: string, open: (gone: () => void) => FolderWatch, replaced: () => void): FolderWatch {
  let known = identityAtFirst(directory);
  const gone = (): void => void (known = undefined);
  let current = open(gone);
  let closed = false;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const there = await identityOf(directory);
    if (closed || there === known) return;
    known = there;
    if (there === undefined) return;
    const former = current;
    current = open(gone);
    await Promise.all([former.close(), current.ready]);
    replaced();
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look().finally(() => (busy = false));
  }, interval);

  return {
    ready: current.ready,
    async close() {
      closed = true;
      clearInterval(timer);
      await looking;
      await current.close();
    },
  };
}

function identityAtFirst(directory: string): string | undefined {
  const facts = statSync(directory, { throwIfNoEntry: false });
  return facts === undefined ? undefined : identity(facts);
}

/** Where it cannot be looked at, it is not there for us either. */
async function identityOf(directory: string): Promise<string | undefined> {
  const facts = await stat(directory).catch(() => undefined);
  return facts === undefined ? undefined : identity(facts);
}

/** The number of a folder that was removed goes to the next one. */
function identity({ birthtimeMs, dev, ino }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}
