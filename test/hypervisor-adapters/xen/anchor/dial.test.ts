import { execFileSync } from 'node:child_process';
import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEVER } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { hostClock } from '../../../../src/effects/clock.js';
import type { MessageDevice } from '../../../../src/effects/ports/sockets.js';
import { hostSockets } from '../../../../src/effects/sockets.js';
import { dialXenstore } from '../../../../src/hypervisor-adapters/xen/anchor/dial.js';
import { encodePacket, encodeStrings, messageTypes } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/wire.js';

const ports = { sockets: hostSockets, clock: hostClock };
const soon = (): AbortSignal => AbortSignal.timeout(5000);

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'xen-dial-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function listen(path: string): Promise<void> {
  const server = createServer((socket) => void socket.on('error', () => undefined).end('hello'));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
}

test('the first socket that is there is taken', async () => {
  const here = directory();
  await listen(join(here, 'second'));
  const connection = await dialXenstore(ports, { sockets: [join(here, 'first'), join(here, 'second')], devices: [] })(soon());
  const heard = await new Promise((resolve) => connection.received.subscribe((bytes) => resolve(Buffer.from(bytes).toString())));
  expect(heard).toBe('hello');
});

test('a socket that a daemon left behind: it is not running', async () => {
  const path = join(directory(), 'socket');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  // Node removes the file of a server that it closes; a killed daemon's stays.
  linkSync(path, `${path}.left`);
  await new Promise((resolve) => server.close(resolve));
  const dialled = dialXenstore(ports, { sockets: [`${path}.left`], devices: [] })(soon());
  await expect(dialled).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE', retryable: true, cure: expect.stringContaining('start the xenstore daemon') as unknown });
});

test('no socket: the kernel’s device is taken', async () => {
  const device = join(directory(), 'xenbus');
  // A pipe gives back what is written to it.
  execFileSync('mkfifo', [device]);
  const connection = await dialXenstore(ports, { sockets: ['/nowhere/socket'], devices: ['/nowhere/device', device] })(soon());
  const heard = new Promise<Uint8Array>((resolve) => connection.received.subscribe(resolve));
  const packet = encodePacket({ type: messageTypes.read, requestId: 7, transactionId: 0, payload: encodeStrings(['/tool']) });
  connection.send(packet);
  expect(Buffer.from(await heard)).toEqual(Buffer.from(packet));
  connection.close();
});

test('a connection that the kernel does not let go of is waited for, and no second one is made', async () => {
  let released = (): void => undefined;
  let opened = 0;
  const device = (): Promise<MessageDevice> => {
    opened += 1;
    return Promise.resolve({ received: NEVER, write: () => Promise.resolve(), close: () => undefined, released: new Promise((resolve) => (released = resolve)) });
  };
  const dial = dialXenstore({ clock: hostClock, sockets: { ...hostSockets, device } }, { sockets: [], devices: ['/dev/xen/xenbus'] });
  (await dial(soon())).close();
  const waits = new AbortController();
  const waiting = dial(waits.signal);
  waits.abort(new Error('too long'));
  await expect(waiting).rejects.toThrow('too long');
  expect(opened).toBe(1);
  const next = dial(soon());
  released();
  await next;
  expect(opened).toBe(2);
});

test('nothing of Xen: said as such', async () => {
  const dialled = dialXenstore(ports, { sockets: ['/nowhere/socket'], devices: ['/nowhere/device'] })(soon());
  await expect(dialled).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE', cure: expect.stringContaining('boot the host under Xen') as unknown });
});

test('given up: the signal’s reason', async () => {
  const given = AbortSignal.abort(new Error('enough'));
  await expect(dialXenstore(ports, { sockets: ['/nowhere/socket'], devices: [] })(given)).rejects.toThrow('enough');
});
