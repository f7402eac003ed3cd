import type { FilePort } from '../effects/ports/files.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';

/** The last `bytes`, at most, of what the guest wrote to its console in this run; '' when there is nothing. Rejects as `FilePort.tail`. */
export async function consoleOfRun(files: Pick<FilePort, 'readText' | 'stat' | 'tail'>, { consoleLog, consoleStart }: Pick<StateLayout, 'consoleLog' | 'consoleStart'>, bytes: number): Promise<string> {
  const start = Number((await files.readText(consoleStart)) ?? 0);
  if (!(start > 0)) return files.tail(consoleLog, bytes);
  const size = (await files.stat(consoleLog))?.size ?? 0;
  // A shorter one was begun anew meanwhile, by whoever rotates logs.
  const own = size < start ? size : size - start;
  return own === 0 ? '' : files.tail(consoleLog, Math.min(bytes, own));
}
