/**
 * Has a device open for an engine (descriptor 3): writes what comes on stdin, a frame at a time, and reports on stdout what it reads. A read of
 * such a device blocks until there is something, and a write may, too; both keep threads of this process instead of the engine's.
 *
 * It ends with the engine, also with one that was killed: then its stdin ends. It ends by SIGKILL, since an orderly exit would wait for
 * the thread that reads.
 */
import { closeSync, read, write } from 'node:fs';
import { messageOf } from '../errors.js';
import { encodeFrame, frameKinds, frameReader } from './device-frames.js';
import { errnoOf } from './errno.js';
import { inheritableDescriptors } from './inheritable-descriptors.js';

const device = 3;
/** Bytes of one read. */
const room = 65_536;

function leave(): void {
  process.kill(process.pid, 'SIGKILL');
}

function report(frame: Buffer, done: () => void = () => undefined): void {
  process.stdout.write(frame, done);
}

/** The next read waits until the engine has taken this one: the kernel is the queue. */
function listen(): void {
  read(device, Buffer.allocUnsafe(room), 0, room, null, (error, length, buffer) => {
    if (error !== null || length === 0) leave();
    else report(encodeFrame(frameKinds.bytes, buffer.subarray(0, length)), listen);
  });
}

const messages: Buffer[] = [];
let writing = false;

/** One message a write(2), whole, and the next when it has returned: a device may drop what is behind the first message of a write. */
function writeNext(): void {
  const message = messages[0];
  if (writing || message === undefined) return;
  writing = true;
  write(device, message, 0, message.length, null, (error, length) => {
    writing = false;
    messages.shift();
    if (error === null && length === message.length) report(encodeFrame(frameKinds.written));
    else report(encodeFrame(frameKinds.refused, Buffer.from(error === null ? 'EIO' : (errnoOf(error) ?? messageOf(error)))));
    writeNext();
  });
}

process.title = 'windlass-device';
for (const descriptor of inheritableDescriptors()) if (descriptor !== device) closeSync(descriptor);
process.stdout.on('error', leave);
process.stdin.on('error', leave).on('end', leave).on('close', leave);
process.stdin.on(
  'data',
  frameReader(({ body }) => {
    messages.push(body);
    writeNext();
  }),
);
listen();
