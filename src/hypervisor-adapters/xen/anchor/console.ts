import type { FilePort } from '../../../effects/ports/files.js';
import type { StateLayout } from '../../contract.js';
import type { Xenstore } from '../channel/xenstore/store.js';

/** Where xenconsoled keeps what guests say, if it was told to (`--log=guest`). */
const logDirectories = ['/var/log/xen/console', '/var/log/xen'];

/**
 * Makes `cons` a link to the terminal that xenconsoled has for the domain, and `console.log` one to its log. What is not there is left out:
 * a guest without a console is none the worse. QEMU, which serves the ports of an hvm guest, has made both itself.
 */
export async function linkConsole(files: FilePort, store: Pick<Xenstore, 'read'>, layout: StateLayout, domain: { readonly id: number; readonly name: string | undefined }): Promise<void> {
  const terminal = await store.read(`/local/domain/${domain.id}/console/tty`);
  if ((await files.stat(layout.cons))?.kind === 'socket') return;
  if (terminal?.startsWith('/dev/') === true) await files.ensureSymlink(layout.cons, terminal);
  for (const directory of logDirectories) {
    const log = `${directory}/guest-${domain.name ?? ''}.log`;
    if ((await files.stat(log)) === undefined) continue;
    await files.ensureSymlink(layout.consoleLog, log);
    return;
  }
}
