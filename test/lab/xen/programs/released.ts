/**
 * Prints, as milliseconds since the epoch, when xenstore tells `@releaseDomain`: by its own connection, beside the engine's. With the argument
 * `device` through the kernel, as where there is no socket.
 */
import { hostPorts } from '../../../../src/effects/host-ports.js';
import { dialXenstore } from '../../../../src/hypervisor-adapters/xen/anchor/dial.js';
import { openXenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';

const ports = hostPorts();
const dial = process.argv[2] === 'device' ? dialXenstore(ports, { sockets: [], devices: ['/dev/xen/xenbus'] }) : dialXenstore(ports);
openXenstore({ dial, clock: ports.clock })
  .watch('@releaseDomain')
  .subscribe(({ reason }) => console.log(`${Date.now()} ${reason}`));
