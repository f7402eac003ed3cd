import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { Observable } from 'rxjs';
import { messageOf, WindlassError } from '../errors.js';
import { encodeFrame, frameKinds, frameReader } from './device-frames.js';
import { errnoOf } from './errno.js';
import { ownScript } from './own-script.js';
import type { MessageDevice } from './ports/sockets.js';

/**
 * `SocketPort.device`. The device is opened here, so that a failure is told by its name, and handed to a process of its own, which alone has it
 * afterwards: it is closed when that process is gone.
 */
export async function openDevice(path: string, signal: AbortSignal): Promise<MessageDevice> {
  signal.throwIfAborted();
  const handle = await opened(path);
  try {
    signal.throwIfAborted();
    return await over(path, handle);
  } finally {
    await handle.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch (cause) {
    // Nothing of the kernel's is behind the name.
    const absent = ['ENOENT', 'ENXIO', 'ENODEV'].includes(errnoOf(cause) ?? '');
    throw new WindlassError(absent ? 'DEVICE_ABSENT' : 'DEVICE_FAILED', absent ? `there is no device ${path}` : `cannot open the device ${path}: ${messageOf(cause)}`, { cause });
  }
}

async function over(path: string, handle: FileHandle): Promise<MessageDevice> {
  const child = spawn(process.execPath, ownScript('device-process'), {
    // A session of its own: Ctrl-C at the engine's terminal must not end it before the engine has said goodbye.
    detached: true,
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'ignore', handle.fd],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new WindlassError('DEVICE_FAILED', `cannot start the process that reads ${path}: ${messageOf(cause)}`, { cause, retryable: true })));
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new WindlassError('DEVICE_FAILED', `the process that reads ${path} has no pipes`);
  return deviceOf(path, child, stdin, stdout);
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: WindlassError) => void;
}

function deviceOf(path: string, child: ChildProcess, input: Writable, output: Readable): MessageDevice {
  /** Messages that the device has not answered for, oldest first. */
  const waiting: Waiting[] = [];
  let ended: WindlassError | undefined;
  let closed = false;
  let taken = false;
  const released = new Promise<void>((resolve) => child.once('exit', () => resolve()));

  const fail = (error: WindlassError): void => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  const close = (): void => {
    closed = true;
    fail(new WindlassError('DEVICE_CLOSED', `the device ${path} was closed`));
    child.kill('SIGKILL');
    input.destroy();
    output.destroy();
  };
  // Its end is told by its output.
  input.on('error', () => undefined);

  const received = new Observable<Uint8Array>((subscriber) => {
    if (taken) {
      subscriber.error(new WindlassError('SOCKET_TAKEN', 'the bytes of a device are for one subscriber, once'));
      return undefined;
    }
    taken = true;
    const take = frameReader(({ kind, body }) => {
      if (kind === frameKinds.bytes) subscriber.next(body);
      else if (kind === frameKinds.written) waiting.shift()?.resolve();
      else waiting.shift()?.reject(refusal(path, body.toString()));
    });
    output.on('data', take);
    // Its pipe closes with the process, or by us; a process that hangs in the kernel after `close` keeps nobody waiting here.
    output.once('close', () => {
      fail(new WindlassError('SOCKET_BROKEN', `the process that reads ${path} has ended`));
      if (closed || ended === undefined) subscriber.complete();
      else subscriber.error(ended);
    });
    if (output.destroyed) subscriber.complete();
    return close;
  });

  return {
    received,
    write: (message) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) {
          reject(ended);
          return;
        }
        waiting.push({ resolve, reject });
        input.write(encodeFrame(frameKinds.write, message));
      }),
    close,
    released,
  };
}

function refusal(path: string, errno: string): WindlassError {
  return new WindlassError('DEVICE_REFUSED', `the device ${path} refused a message: ${errno}`, { cause: { code: errno } });
}
