import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import type { AnchorSession, ConnectRequest } from '../../contract/session.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import type { Xenstore } from '../channel/xenstore/store.js';
import { untilBuilt } from './built.js';
import { linkConsole } from './console.js';
import { find } from './hosted.js';
import { dialMonitor } from './monitor.js';
import { hasRun } from './released.js';
import { openXenSession } from './session.js';
import { type Toolstack, toolstackOf } from './toolstack.js';

/**
 * Opens a domain's channel: its place in xenstore, and xl. A domain that is still being built is waited for. Rejects with
 * XEN_BUILD_INTERRUPTED or XEN_BACK_END_SILENT where xl said so, with XEN_DOMAIN_ABSENT, XL_MISSING, with the codes of xenstore and xl, or with the signal's reason.
 */
export async function connect(ports: Ports, { identity, layout, marker, signal, silence }: ConnectRequest): Promise<AnchorSession> {
  const toolstack = await toolstackOf(ports);
  if (toolstack === undefined) throw new WindlassError('XL_MISSING', 'there is no xl to ask for the domain', { retryable: true });
  const borrowed = toolstack.borrowStore();
  try {
    const { store } = borrowed;
    const domain = await untilThere(ports, toolstack, store, { identity, layout, marker, signal });
    await linkConsole(ports.files, store, layout, domain);
    return await openXenSession({ clock: ports.clock, toolstack, borrowed, marker, domain, silence, monitor: (id, within) => dialMonitor(ports, id, within) });
  } catch (error) {
    borrowed.letGo();
    throw error;
  }
}

/**
 * The domain, once it is complete. Of one that has run, xl's log has nothing to say: what it said of the build may be far behind by now, or
 * the log lost. Where the first look fails, the log is all there is to go by.
 */
async function untilThere(ports: Ports, toolstack: Toolstack, store: Xenstore, { identity, layout, marker, signal }: Omit<ConnectRequest, 'silence'>): Promise<XlDomain & { readonly ran: boolean }> {
  const before = await find(toolstack, marker).catch(() => undefined);
  signal.throwIfAborted();
  if (before?.domain !== undefined && (await hasRun(store, before.domain))) return { ...before.domain, ran: true };
  const failure = await untilBuilt(ports, layout, identity, signal);
  const { domain, presence } = await find(toolstack, marker);
  signal.throwIfAborted();
  if (domain === undefined) {
    if (presence === 'absent' && failure !== undefined) throw failure;
    throw new WindlassError('XEN_DOMAIN_ABSENT', 'Xen has no such domain any more', { retryable: true });
  }
  const ran = await hasRun(store, domain);
  // Somebody else may have let it run meanwhile.
  if (failure !== undefined && !ran) throw failure;
  return { ...domain, ran };
}
