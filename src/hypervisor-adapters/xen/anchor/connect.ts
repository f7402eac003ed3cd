import type { Ports } from '../../../effects/ports.js';
import { WindlassError } from '../../../errors.js';
import type { AnchorSession, ConnectRequest } from '../../contract.js';
import { untilBuilt } from './built.js';
import { linkConsole } from './console.js';
import { find } from './hosted.js';
import { dialMonitor } from './monitor.js';
import { hasRun } from './released.js';
import { openXenSession } from './session.js';
import { toolstackOf } from './toolstack.js';

/**
 * Opens a domain's channel: its place in xenstore, and xl. A domain that is still being built is waited for. Rejects with
 * XEN_BUILD_INTERRUPTED, XEN_BACK_END_SILENT, XEN_DOMAIN_ABSENT, XL_MISSING, with the codes of xenstore and xl, or with the signal's reason.
 */
export async function connect(ports: Ports, { identity, layout, marker, signal, silence }: ConnectRequest): Promise<AnchorSession> {
  const toolstack = await toolstackOf(ports);
  if (toolstack === undefined) throw new WindlassError('XL_MISSING', 'there is no xl to ask for the domain', { retryable: true });
  const failure = await untilBuilt(ports, layout, identity, signal);
  const { domain, presence } = await find(toolstack, marker);
  signal.throwIfAborted();
  if (domain === undefined) {
    if (presence === 'absent' && failure !== undefined) throw failure;
    throw new WindlassError('XEN_DOMAIN_ABSENT', 'Xen has no such domain any more', { retryable: true });
  }
  const borrowed = toolstack.borrowStore();
  try {
    const ran = await hasRun(borrowed.store, domain);
    // A log can get lost under a domain that has long been running.
    if (failure !== undefined && !ran) throw failure;
    await linkConsole(ports.files, borrowed.store, layout, { ...domain, ran });
    return await openXenSession({ clock: ports.clock, toolstack, borrowed, marker, domain, silence, monitor: (id, within) => dialMonitor(ports, id, within) });
  } catch (error) {
    borrowed.letGo();
    throw error;
  }
}
