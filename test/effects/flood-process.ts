/** A peer in a process of its own: sends so many bytes to whoever connects, as fast as they are taken. `[path, bytes]`. */
import { createServer } from 'node:net';
import { argv } from 'node:process';

const [, , path, bytes] = argv;
createServer((socket) => socket.end(Buffer.alloc(Number(bytes)))).listen(path, () => process.send?.('listening'));
// It ends with the test.
process.on('disconnect', () => process.exit());
