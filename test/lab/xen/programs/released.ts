/** Prints, as milliseconds since the epoch, when xenstore tells `@releaseDomain`: by its own connection, beside the engine's. */
import { hostPorts } from '../../../../src/effects/host-ports.js';
import { dialXenstore } from '../../../../src/hypervisor-adapters/xen/anchor/dial.js';
import { openXenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';

const ports = hostPorts();
openXenstore({ dial: dialXenstore(ports), clock: ports.clock })
  .watch('@releaseDomain')
  .subscribe(({ reason }) => console.log(`${Date.now()} ${reason}`));
