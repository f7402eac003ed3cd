import type { FilePort } from '../../../effects/ports/files.js';
import type { StateLayout } from '../../contract/state-layout.js';
import type { Xenstore } from '../channel/xenstore/store.js';

/** Where xenconsoled keeps what guests say, if it was told to (`--log=guest`). */
const logDirectories: readonly string[] = ['/var/log/xen/console', '/var/log/xen'];

/** `ran`: its vCPUs have been let run. Before that, all that the log has is of earlier domains of the same name: xenconsoled appends. */
interface ConsoleDomain {
  readonly id: number;
  readonly name: string | undefined;
  readonly ran: boolean;
}

/**
 * Makes `cons` a link to the terminal that xenconsoled has for the domain, and `console.log` one to its log. What is not there is left out:
 * a guest without a console is none the worse. QEMU, which serves the ports of an hvm guest, has made both itself, and begins its log anew.
 */
export async function linkConsole(files: FilePort, store: Pick<Xenstore, 'read'>, layout: StateLayout, domain: ConsoleDomain, directories = logDirectories): Promise<void> {
  const terminal = await store.read(`/local/domain/${domain.id}/console/tty`);
  const byQemu = (await files.stat(layout.cons))?.kind === 'socket';
  if (!byQemu && terminal?.startsWith('/dev/') === true) await files.ensureSymlink(layout.cons, terminal);
  const log = byQemu ? undefined : await existing(files, directories.map((directory) => `${directory}/guest-${domain.name ?? ''}.log`));
  if (!domain.ran) await files.writeAtomic(layout.consoleStart, String(log?.size ?? 0), 0o600);
  if (log !== undefined) await files.ensureSymlink(layout.consoleLog, log.path);
}

/** The first of them that is there. */
async function existing(files: Pick<FilePort, 'stat'>, paths: readonly string[]): Promise<{ readonly path: string; readonly size: number } | undefined> {
  for (const path of paths) {
    const facts = await files.stat(path);
    if (facts !== undefined) return { path, size: facts.size };
  }
  return undefined;
}
