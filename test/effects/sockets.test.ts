import { fork } from 'node:child_process';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lastValueFrom, reduce } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hostSockets as sockets } from '../../src/effects/sockets.js';
import { holdLoop } from '../support/hold-loop.js';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.js';

const forever = new AbortController().signal;
let directory: TemporaryDirectory;
let path: string;
let servers: Server[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 's');
});
afterEach(async () => {
  for (const server of servers) server.close();
  servers = [];
  await directory[Symbol.asyncDispose]();
});

async function peer(onConnection: (socket: Socket) => void, pauseOnConnect = false): Promise<void> {
  const server = createServer({ pauseOnConnect }, onConnection).listen(path);
  servers.push(server);
  await once(server, 'listening');
}

describe('connect', () => {
  it('speaks with a peer until its end', async () => {
    await peer((socket) => socket.on('data', (bytes: Buffer) => socket.end(`<${bytes.toString()}>`)));
    const connection = await sockets.connect(path, forever);
    connection.send('hello');
    expect(await lastValueFrom(text(connection.received))).toBe('<hello>');
    connection.send('into the void');
  });

  it('keeps what came before anybody listened, also when the peer has gone', async () => {
    const sent = 'x'.repeat(300_000);
    await peer((socket) => socket.end(sent));
    const connection = await sockets.connect(path, forever);
    await delay(30);
    expect((await lastValueFrom(text(connection.received))).length).toBe(sent.length);
  });

  it('leaves the loop to others in a flood: of a peer that writes faster than is read, at most 320 KiB come in one turn', async () => {
    const flood = 8 * 2 ** 20;
    const child = fork(join(import.meta.dirname, 'flood-process.ts'), [path, String(flood)], { execArgv: ['--import', 'tsx'] });
    onTestFinished(() => child.disconnect());
    await once(child, 'message');
    const connection = await sockets.connect(path, forever);
    let inThisTurn = 0;
    let mostInOneTurn = 0;
    let all = 0;
    await new Promise<void>((resolve, reject) => {
      connection.received.subscribe({
        next: ({ length }) => {
          if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
          inThisTurn += length;
          all += length;
          mostInOneTurn = Math.max(mostInOneTurn, inThisTurn);
          // Slower than the peer, which has written the next chunk by the end of this one.
          holdLoop(2);
        },
        error: reject,
        complete: resolve,
      });
    });
    expect(all).toBe(flood);
    // By design, and not by what the machine has else to do: 256 KiB, and the chunk that goes beyond.
    expect(mostInOneTurn).toBeLessThanOrEqual(320 * 1024);
  });

  it('loses nothing of a flood whose peer hangs up behind it without having read what it was told', async () => {
    // As much as comes in one turn, less, and more.
    for (const flood of [200_000, 262_144, 327_680, 4_000_000]) {
      const said = new EventEmitter();
      await peer((socket) => {
        const flooded = new Promise<void>((resolve) => socket.write(Buffer.alloc(flood), () => resolve()));
        void Promise.all([flooded, once(said, 'sent')]).then(() => socket.destroy());
      }, true);
      const connection = await sockets.connect(path, forever);
      let all = 0;
      // To the kernel that is a reset, or an end of file, as it comes.
      const ended = new Promise<void>((resolve) => connection.received.subscribe({ next: ({ length }) => (all += length), error: () => resolve(), complete: resolve }));
      connection.send('unread');
      setImmediate(() => said.emit('sent'));
      await ended;
      expect(all).toBe(flood);
      for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    }
  });

  it('serves one subscriber, once', async () => {
    await peer((socket) => socket.on('error', () => undefined).write('greeting'));
    const connection = await sockets.connect(path, forever);
    const subscription = connection.received.subscribe();
    await expect(lastValueFrom(connection.received)).rejects.toMatchObject({ code: 'SOCKET_TAKEN' });
    subscription.unsubscribe();
  });

  it('completes at close, whenever the subscriber comes', async () => {
    await peer(() => undefined);
    for (const pause of [0, 20]) {
      const connection = await sockets.connect(path, forever);
      connection.close();
      await delay(pause);
      expect(await lastValueFrom(text(connection.received))).toBe('');
    }
  });

  it('closes towards the peer when the subscriber leaves', async () => {
    let ended: Promise<unknown> | undefined;
    await peer((socket) => {
      ended = once(socket.resume(), 'close');
    });
    const connection = await sockets.connect(path, forever);
    connection.received.subscribe().unsubscribe();
    await delay(10);
    await ended;
  });

  it('names what stands in the way', async () => {
    await expect(sockets.connect(path, forever)).rejects.toMatchObject({ code: 'SOCKET_ABSENT' });
    await expect(sockets.connect('/etc/passwd', forever)).rejects.toMatchObject({ code: 'SOCKET_REFUSED', retryable: true });
    await expect(sockets.connect(`/tmp/${'ü'.repeat(52)}`, forever)).rejects.toMatchObject({ code: 'SOCKET_PATH_TOO_LONG' });
    await expect(sockets.connect(`/tmp/${'x'.repeat(102)}`, forever)).rejects.toMatchObject({ code: 'SOCKET_ABSENT' });
    await expect(sockets.connect(path, AbortSignal.abort('late'))).rejects.toBe('late');
  });
});

describe('tcpReachable', () => {
  it('answers yes, no, and no when it takes too long', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await sockets.tcpReachable('127.0.0.1', port, forever)).toBe(true);
    server.close();
    await once(server, 'close');
    expect(await sockets.tcpReachable('127.0.0.1', port, forever)).toBe(false);
    expect(await sockets.tcpReachable('127.0.0.1', port, AbortSignal.abort())).toBe(false);
  });
});

function text(received: Awaited<ReturnType<typeof sockets.connect>>['received']) {
  return received.pipe(reduce((all, bytes) => all + Buffer.from(bytes).toString(), ''));
}
