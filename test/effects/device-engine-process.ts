/** A stand-in for an engine that has a device open, for tests that kill one. Argument: the device. Says when its reader reads. */
import { hostSockets } from '../../src/effects/sockets.js';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('arguments: device');
const device = await hostSockets.device(path, AbortSignal.timeout(10_000));
device.received.subscribe((bytes) => process.stdout.write(bytes));
await device.write(Buffer.from('read\n'));
