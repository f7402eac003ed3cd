import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostClock } from '../../../../src/effects/clock.js';
import { hostFiles } from '../../../../src/effects/files.js';
import { hostSockets } from '../../../../src/effects/sockets.js';
import { dialXenstore } from '../../../../src/hypervisor-adapters/xen/anchor/dial.js';

const ports = { sockets: hostSockets, files: hostFiles, clock: hostClock };
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

test('only the kernel’s device: said as such, since it is not served', async () => {
  const dialled = dialXenstore(ports, { sockets: ['/nowhere/socket'], devices: ['/dev/null'] })(soon());
  await expect(dialled).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE', message: expect.stringContaining('/dev/null') as unknown, cure: expect.stringContaining('/nowhere/socket') as unknown });
});

test('nothing of Xen: said as such', async () => {
  const dialled = dialXenstore(ports, { sockets: ['/nowhere/socket'], devices: ['/nowhere/device'] })(soon());
  await expect(dialled).rejects.toMatchObject({ code: 'XENSTORE_UNREACHABLE', cure: expect.stringContaining('boot the host under Xen') as unknown });
});

test('given up: the signal’s reason', async () => {
  const given = AbortSignal.abort(new Error('enough'));
  await expect(dialXenstore(ports, { sockets: ['/nowhere/socket'], devices: [] })(given)).rejects.toThrow('enough');
});
